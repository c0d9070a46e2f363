using System.Buffers;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Writes the events of a streamed response, each with the next sequence number.</summary>
/// <param name="output">Where the frames go.</param>
internal sealed class ResponsesEventWriter(PooledBuffer output) : IDisposable
{
    private readonly PooledBuffer _scratch = new();
    private JsonOutput? _json;
    private long _sequence;

    /// <summary>Opens an event: <c>{"type": …, "sequence_number": …</c></summary>
    internal JsonOutput Begin(ReadOnlySpan<byte> type) =>
        (_json ??= new JsonOutput(_scratch)).BeginObject().Member("type"u8, type).Member("sequence_number"u8, _sequence++);

    /// <summary>Closes the event and writes its frame.</summary>
    internal void End(ReadOnlySpan<byte> type)
    {
        _json!.EndObject();
        output.Append("event: "u8);
        output.Append(type);
        output.Append("\ndata: "u8);
        Line(_scratch.Memory);
        output.Append("\n\n"u8);
        _scratch.Clear();
    }

    /// <summary>The bytes of a delta event in front of its sequence number.</summary>
    internal static byte[] DeltaHead(ReadOnlySpan<byte> type, JsonString itemId, int outputIndex, ReadOnlySpan<byte> indexName, int index)
    {
        var head = new ArrayBufferWriter<byte>(256);
        head.Write("event: "u8);
        head.Write(type);
        head.Write("\ndata: "u8);
        var json = new JsonOutput(head).BeginObject().Member("type"u8, type).Member("item_id"u8, itemId).Member("output_index"u8,
            outputIndex);
        if (!indexName.IsEmpty) json.Member(indexName, index);
        json.Name("sequence_number"u8);
        return head.WrittenSpan.ToArray();
    }

    /// <summary>Writes a delta event.</summary>
    /// <param name="head">What <see cref="DeltaHead"/> made.</param>
    /// <param name="delta">The piece of text.</param>
    /// <param name="logprobs">Its log probabilities; null for an event that has no such member.</param>
    internal void Delta(byte[] head, JsonString delta, JsonValue? logprobs)
    {
        output.Append(head);
        var number = output.GetSpan(20);
        _sequence++.TryFormat(number, out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        output.Advance(written);
        output.Append(",\"delta\":\""u8);
        output.Append(delta.Span);
        output.Append("\""u8);
        if (logprobs is { } values)
        {
            output.Append(",\"logprobs\":"u8);
            if (values.IsArray) Line(values.Raw);
            else output.Append("[]"u8);
        }

        output.Append("}\n\n"u8);
    }

    /// <inheritdoc/>
    public void Dispose() => _scratch.Dispose();

    // A frame's data is one line: what the caller or the provider has written over several (the request's tools, most of all) is
    // joined. Inside a string no line end can stand.
    private void Line(ReadOnlyMemory<byte> json)
    {
        if (!json.Span.ContainsAny((byte)'\n', (byte)'\r'))
        {
            output.Append(json.Span);
            return;
        }

        var rest = json.Span;
        while (rest.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var at)
        {
            output.Append(rest[..at]);
            rest = rest[(at + 1)..].TrimStart(" \t\r\n"u8);
        }

        output.Append(rest);
    }
}
