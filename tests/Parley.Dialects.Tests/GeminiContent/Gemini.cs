using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.GeminiContent;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.Streaming;
using JsonValue = Parley.Dialects.Json.JsonValue;

namespace Parley.Dialects.Tests.GeminiContent;

/// <summary>Drives the codec as the gateway does, on text.</summary>
internal static class Gemini
{
    internal static JsonValue Json(string text) =>
        JsonValue.TryParse(Encoding.UTF8.GetBytes(text), out var value) ? value : throw new ArgumentException("no JSON: " + text);

    internal static JsonString Text(string text) => JsonString.From(text);

    internal static Conversation Read(string body) => GeminiCodec.Instance.ReadRequest(Json(body), new RequestHints(Text("gemini-3-pro"), false));

    internal static TranslationTarget Target(string model = "gemini-3-flash") => new(Dialect.GeminiContent, Text(model), ModelTraitsTable.Of(model));

    internal static (string Body, RequestWriting Writing) Write(Conversation conversation, string model = "gemini-3-flash")
    {
        using var buffer = new PooledBuffer();
        var writing = new RequestWriting(conversation, Target(model), new JsonOutput(buffer), new LossReport());
        GeminiCodec.Instance.WriteRequest(writing);
        return (Encoding.UTF8.GetString(buffer.Span), writing);
    }

    /// <summary>The events of a stream, each with its own copy of the bytes.</summary>
    internal static (List<string> Events, FoldedReply Folded, bool IsFinished) ReadStream(string stream, int chunk = 4096)
    {
        var log = new Log();
        var reader = GeminiCodec.Instance.CreateReader();
        Feed(stream, chunk, (in SseFrame frame) => reader.Read(frame, log));
        reader.Complete(log);
        return (log.Events, log.Folded, reader.IsFinished);
    }

    internal static (List<string> Events, FoldedReply Folded) ReadReply(string body)
    {
        var log = new Log();
        GeminiCodec.Instance.ReadReply(Json(body), log);
        return (log.Events, log.Folded);
    }

    internal static string WriteReply(FoldedReply reply, string model, string id)
    {
        using var buffer = new PooledBuffer();
        GeminiCodec.Instance.WriteReply(reply, Context(model, id), new JsonOutput(buffer));
        return Encoding.UTF8.GetString(buffer.Span);
    }

    /// <summary>A stream read and written again.</summary>
    internal static string Rewrite(string stream, string model, string id, bool isArray = false)
    {
        using var output = new PooledBuffer();
        using var writer = GeminiCodec.Instance.CreateWriter(Context(model, id) with { IsJsonArray = isArray }, output);
        var reader = GeminiCodec.Instance.CreateReader();
        Feed(stream, 4096, (in SseFrame frame) => reader.Read(frame, writer));
        reader.Complete(writer);
        return Encoding.UTF8.GetString(output.Span);
    }

    internal static ReplyContext Context(string model = "m", string id = "x1") =>
        new(new Conversation(Dialect.GeminiContent), Text(model), id, 0, new LossReport());

    internal static string Sse(IEnumerable<string> chunks) => string.Concat(chunks.Select(chunk => $"data: {chunk}\r\n\r\n"));

    internal static void Equal(string expected, string actual)
    {
        var (left, right) = (JsonNode.Parse(expected), JsonNode.Parse(actual));
        Assert.True(JsonNode.DeepEquals(left, right), $"expected\n{left}\nbut was\n{right}");
    }

    internal delegate void OnFrame(in SseFrame frame);

    internal static void Feed(string stream, int chunk, OnFrame take)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        using var reader = new SseFrameReader();
        for (var at = 0; at < bytes.Length;)
        {
            var size = Math.Min(chunk, bytes.Length - at);
            bytes.AsSpan(at, size).CopyTo(reader.GetMemory().Span);
            reader.Advance(size);
            at += size;
            while (reader.TryRead(out var frame)) take(frame);
        }

        while (reader.TryReadLast(out var frame)) take(frame);
    }

    private sealed class Log : IReplySink
    {
        internal List<string> Events { get; } = [];

        internal FoldedReply Folded { get; } = new();

        public void Accept(in ReplyEvent reply)
        {
            var words = new[] { reply.Text.ToText(), reply.Id.ToText(), reply.Name.ToText(), reply.Raw.ToString() }.Where(word => word.Length > 0);
            Events.Add($"{reply.Kind} {(reply.Kind is ReplyEventKind.PartStarted ? reply.PartKind : "")} c{reply.Choice} p{reply.Part} {reply.Finish} {string.Join('|', words)}");
            Folded.Accept(in reply);
        }
    }
}
