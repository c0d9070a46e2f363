using System.Text.Json;
using Parley.Dialects.Splicing;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// One chunk of a streamed chat completion, read as far as the tap needs it. Everything may be missing: Azure and others leave out
/// what they like.
/// </summary>
internal ref struct ChatChunk
{
    /// <summary>One bit per choice index that occurs; indices above 126 share the last bit.</summary>
    internal UInt128 Seen;

    /// <summary>One bit per choice index that has a finish reason.</summary>
    internal UInt128 Finished;

    internal bool HasContent;
    internal bool HasError;

    /// <summary>The top-level <c>usage</c> member; empty when there is none.</summary>
    internal ByteRange UsageMember;

    internal bool IsUsageObject;

    /// <summary>Something beside the usage that a client wants: prompt filter results, most of all.</summary>
    internal bool HasMore;

    /// <summary>Reads valid JSON whose root is an object, and notes what concerns the whole answer.</summary>
    internal static ChatChunk Read(ReadOnlySpan<byte> data, ReplyObservation reply)
    {
        var chunk = default(ChatChunk);
        var isErrorObject = false;
        var reader = new Utf8JsonReader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            var nameStart = (int)reader.TokenStartIndex;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (reader.TokenType == JsonTokenType.StartArray && name.SequenceEqual("choices"u8))
            {
                chunk.Choices(ref reader, data, reply);
                continue;
            }

            var kind = reader.TokenType;
            reader.Skip();
            var value = data[start..(int)reader.BytesConsumed];
            switch (name.Length)
            {
                case 2 when name.SequenceEqual("id"u8):
                    reply.Id ??= Text(value);
                    break;
                case 5 when name.SequenceEqual("model"u8):
                    reply.Model ??= Word(value);
                    break;
                case 5 when name.SequenceEqual("usage"u8):
                    chunk.UsageMember = new(nameStart, (int)reader.BytesConsumed - nameStart);
                    chunk.IsUsageObject = kind == JsonTokenType.StartObject;
                    if (OpenAIUsage.TryRead(value, out var usage)) (reply.HasUsage, reply.Usage) = (true, usage);
                    break;
                case 5 when name.SequenceEqual("error"u8) && kind != JsonTokenType.Null:
                    OpenAIError.Note(value, reply);
                    chunk.HasError = true;
                    break;
                case 6 when name.SequenceEqual("object"u8):
                    isErrorObject = value.SequenceEqual("\"error\""u8); // vLLM's shape: message and code at the top level
                    break;
                case 21 when name.SequenceEqual("prompt_filter_results"u8):
                case 18 when name.SequenceEqual("prompt_annotations"u8):
                    chunk.HasMore = true;
                    break;
            }
        }

        if (isErrorObject && !chunk.HasError)
        {
            OpenAIError.Note(data, reply);
            chunk.HasError = true;
        }

        return chunk;
    }

    private void Choices(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ReplyObservation reply)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) Choice(ref reader, data, reply);
            else reader.Skip();
        }
    }

    private void Choice(ref Utf8JsonReader reader, ReadOnlySpan<byte> data, ReplyObservation reply)
    {
        var index = 0;
        var isFinished = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (reader.TokenType == JsonTokenType.StartObject && (name.SequenceEqual("delta"u8) || name.SequenceEqual("message"u8)))
            {
                Delta(ref reader, data);
                continue;
            }

            var kind = reader.TokenType;
            if (kind == JsonTokenType.Number && name.SequenceEqual("index"u8))
            {
                _ = reader.TryGetInt32(out index);
                continue;
            }

            reader.Skip();
            var value = data[start..(int)reader.BytesConsumed];
            if (kind == JsonTokenType.String && value.Length > 2 && name.SequenceEqual("finish_reason"u8))
            {
                isFinished = true;
                reply.FinishReason ??= Word(value);
            }
            else if (kind == JsonTokenType.String && value.Length > 2 && name.SequenceEqual("text"u8))
            {
                HasContent = true; // a text completion
            }
        }

        var bit = UInt128.One << Math.Clamp(index, 0, 127);
        Seen |= bit;
        if (isFinished) Finished |= bit;
    }

    // Everything in a delta is content, known to us or not, but for the role and for what is empty.
    private void Delta(ref Utf8JsonReader reader, ReadOnlySpan<byte> data)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = reader.ValueSpan.SequenceEqual("role"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var kind = reader.TokenType;
            reader.Skip();
            if (isRole) continue;
            HasContent |= kind switch
            {
                JsonTokenType.Null or JsonTokenType.False => false,
                JsonTokenType.String => (int)reader.BytesConsumed - start > 2,
                JsonTokenType.StartObject or JsonTokenType.StartArray =>
                    !data[(start + 1)..((int)reader.BytesConsumed - 1)].Trim(" \n\r\t"u8).IsEmpty,
                _ => true,
            };
        }
    }

    // Azure's first chunk has an empty model and id: not an answer's, so a later one may still come.
    private static string? Text(ReadOnlySpan<byte> value) => value.Length > 2 && value[0] == '"' ? JsonText.Read(value) : null;

    private static string? Word(ReadOnlySpan<byte> value) => value.Length > 2 && value[0] == '"' ? JsonText.ReadWord(value) : null;
}
