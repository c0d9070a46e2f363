using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.BedrockConverse;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.Streaming;
using JsonValue = Parley.Dialects.Json.JsonValue;

namespace Parley.Dialects.Tests.BedrockConverse;

/// <summary>Calls the codec as the gateway does, on texts.</summary>
internal static class Converse
{
    internal const string Claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

    internal static Conversation Read(string body, string model = Claude) =>
        ConverseCodec.Instance.ReadRequest(Value(body), new RequestHints(JsonString.From(model), false));

    /// <summary>The request as written for a model, and what was lost.</summary>
    internal static (string Body, List<string> Lost, RequestWriting Writing) Write(Conversation conversation, string model = Claude, bool addsBreakpoints = false)
    {
        using var buffer = new PooledBuffer();
        var losses = new LossReport();
        var target = new TranslationTarget(Dialect.BedrockConverse, JsonString.From(model), ModelTraitsTable.Of(model)) { AddsCacheBreakpoints = addsBreakpoints };
        var writing = new RequestWriting(conversation, target, new JsonOutput(buffer), losses);
        ConverseCodec.Instance.WriteRequest(writing);
        return (Encoding.UTF8.GetString(buffer.Span), [.. losses.Losses.Select(loss => loss.Path)], writing);
    }

    internal static ReplyContext Context(LossReport? losses = null) =>
        new(new Conversation(Dialect.BedrockConverse), JsonString.From("model"), "id", 0, losses ?? new LossReport());

    /// <summary>A plain answer, read and written again.</summary>
    internal static string Rewrite(string body, ConverseCodec? codec = null)
    {
        using var folded = new FoldedReply();
        (codec ?? ConverseCodec.Instance).ReadReply(Value(body), folded);
        using var buffer = new PooledBuffer();
        ConverseCodec.Instance.WriteReply(folded, Context(), new JsonOutput(buffer));
        return Encoding.UTF8.GetString(buffer.Span);
    }

    /// <summary>The event-stream messages of a recording's lines, <c>{"type": {…}}</c> each.</summary>
    internal static byte[] Frames(IEnumerable<string> lines)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var line in lines)
        {
            var (name, data) = JsonNode.Parse(line)!.AsObject().First();
            var bytes = Encoding.UTF8.GetBytes(data!.ToJsonString());
            if (name.EndsWith("Exception", StringComparison.Ordinal)) AwsEventStreamWriter.WriteException(output, Encoding.ASCII.GetBytes(name), bytes);
            else AwsEventStreamWriter.WriteEvent(output, Encoding.ASCII.GetBytes(name), bytes);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>The lines of a recording back from event-stream messages.</summary>
    internal static List<string> Lines(ReadOnlySpan<byte> frames)
    {
        using var reader = new AwsEventStreamReader();
        var lines = Streaming.AwsEventStreamReaderTests.Read(reader, frames).Select(e => $$"""{"{{e.Event}}":{{e.Data}}}""").ToList();
        Assert.True(reader is { IsEmpty: true, IsCorrupt: false });
        return lines;
    }

    /// <summary>Sends lines through the stream reader.</summary>
    internal static ReplyReader Stream(IEnumerable<string> lines, IReplySink sink, ConverseCodec? codec = null)
    {
        var reader = (codec ?? ConverseCodec.Instance).CreateReader();
        var bytes = Frames(lines);
        using var frames = new AwsEventStreamReader();
        for (var at = 0; at < bytes.Length;)
        {
            var memory = frames.GetMemory().Span;
            var take = Math.Min(memory.Length, bytes.Length - at);
            bytes.AsSpan(at, take).CopyTo(memory);
            frames.Advance(take);
            at += take;
            while (frames.TryRead(out var frame)) reader.Read(in frame, sink);
        }

        reader.Complete(sink);
        return reader;
    }

    /// <summary>A streamed answer, read and written again.</summary>
    internal static List<string> RewriteStream(IEnumerable<string> lines)
    {
        using var buffer = new PooledBuffer();
        using var writer = ConverseCodec.Instance.CreateWriter(Context(), buffer);
        Stream(lines, writer);
        return Lines(buffer.Span);
    }

    internal static JsonValue Value(string json)
    {
        Assert.True(JsonValue.TryParse(Encoding.UTF8.GetBytes(json), out var value), json);
        return value;
    }

    internal static void AssertSame(string expected, string actual, string? name = null) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"{name}\nexpected {expected}\nactual   {actual}");
}
