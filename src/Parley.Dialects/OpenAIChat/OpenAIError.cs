using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Dialects.Splicing;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// Reads and writes the error object of OpenAI's family, <c>{"message", "type", "param", "code"}</c>, in the shapes its servers give it.
/// </summary>
internal static class OpenAIError
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Notes the error that <paramref name="value"/> (valid JSON) is: an object, an object with an <c>error</c> inside, or a bare
    /// string. Null is no error. The first error that has words is kept.
    /// </summary>
    internal static void Note(ReadOnlySpan<byte> value, ReplyObservation reply)
    {
        var reader = new Utf8JsonReader(value);
        if (!reader.Read() || reader.TokenType == JsonTokenType.Null) return;
        reply.HasError = true;
        if (reply.ErrorMessage is not null) return;
        if (reader.TokenType == JsonTokenType.String) reply.ErrorMessage = JsonText.Read(value);
        if (reader.TokenType != JsonTokenType.StartObject) return;
        string? type = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var kind = reader.TokenType;
            reader.Skip();
            var part = value[start..(int)reader.BytesConsumed];
            if (name.SequenceEqual("error"u8)) Note(part, reply);
            else if (name.SequenceEqual("message"u8) && kind == JsonTokenType.String) reply.ErrorMessage ??= JsonText.Read(part);
            else if (name.SequenceEqual("type"u8) && kind == JsonTokenType.String) type = JsonText.Read(part);
            else if (name.SequenceEqual("code"u8) && kind == JsonTokenType.String) reply.ErrorCode ??= JsonText.Read(part);
            else if (kind == JsonTokenType.Number && reader.TryGetInt32(out var number) && IsStatusName(name))
                NoteNumber(number, name, reply);
        }

        reply.ErrorCode ??= type;
    }

    /// <summary>Writes <c>{"error":{…}}</c> as one data event.</summary>
    internal static void WriteChatEvent(IBufferWriter<byte> output, string message, string code)
    {
        output.Write("data: "u8);
        using (var json = new Utf8JsonWriter(output, Relaxed))
        {
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteString("message"u8, message);
            json.WriteString("type"u8, "server_error"u8);
            json.WriteNull("param"u8);
            json.WriteString("code"u8, code);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    /// <summary>Writes the <c>error</c> event of the Responses API.</summary>
    internal static void WriteResponsesEvent(IBufferWriter<byte> output, string message, string code, long sequenceNumber)
    {
        output.Write("event: error\ndata: "u8);
        using (var json = new Utf8JsonWriter(output, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "error"u8);
            json.WriteString("code"u8, code);
            json.WriteString("message"u8, message);
            json.WriteNull("param"u8);
            json.WriteNumber("sequence_number"u8, sequenceNumber);
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private static bool IsStatusName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("code"u8) || name.SequenceEqual("status"u8) || name.SequenceEqual("status_code"u8);

    // Servers that put the HTTP status into "code" (vLLM, OpenRouter) have no other code.
    private static void NoteNumber(int number, ReadOnlySpan<byte> name, ReplyObservation reply)
    {
        if (number is >= 400 and < 600) reply.ErrorStatus ??= number;
        if (name.SequenceEqual("code"u8)) reply.ErrorCode ??= number.ToString(CultureInfo.InvariantCulture);
    }
}
