using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.AnthropicMessages;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.Streaming;
using JsonValue = Parley.Dialects.Json.JsonValue;

namespace Parley.Dialects.Tests.AnthropicMessages;

/// <summary>Short words for what these tests do over and over.</summary>
internal static class Messages
{
    internal static readonly MessagesCodec Codec = MessagesCodec.Instance;

    internal static TranslationTarget Target(string model = "some-alias") =>
        new(Dialect.AnthropicMessages, JsonString.From(model), ModelTraitsTable.Of(model));

    internal static JsonValue Json(string json)
    {
        Assert.True(JsonValue.TryParse(Encoding.UTF8.GetBytes(json), out var value), json);
        return value;
    }

    internal static Conversation Read(string body) => Codec.ReadRequest(Json(body), default);

    internal static (JsonNode Body, LossReport Losses, RequestWriting Writing) Write(Conversation request, TranslationTarget? target = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var losses = new LossReport();
        var writing = new RequestWriting(request, target ?? Target(), new JsonOutput(output), losses);
        Codec.WriteRequest(writing);
        return (JsonNode.Parse(output.WrittenSpan)!, losses, writing);
    }

    internal static void AssertJson(string expected, JsonNode? actual, string? about = null) => AssertJson(JsonNode.Parse(expected), actual, about);

    internal static void AssertJson(JsonNode? expected, JsonNode? actual, string? about = null)
    {
        if (JsonNode.DeepEquals(expected, actual)) return;
        Assert.Fail($"{about}\nexpected: {expected?.ToJsonString()}\nactual:   {actual?.ToJsonString()}");
    }

    internal static string[] Paths(LossReport losses) => [.. losses.Losses.Select(loss => loss.Path)];

    /// <summary>The answer to a small request; its id is what stands behind <c>msg_</c>.</summary>
    internal static ReplyContext Context(string id = "1", string model = "claude") =>
        new(new Conversation(Dialect.AnthropicMessages), JsonString.From(model), id, 1_700_000_000, new LossReport());

    internal static FoldedReply Fold(Action<IReplySink> read)
    {
        var folded = new FoldedReply();
        read(folded);
        return folded;
    }

    internal static JsonNode WriteReply(FoldedReply reply, ReplyContext context)
    {
        var output = new ArrayBufferWriter<byte>();
        Codec.WriteReply(reply, context, new JsonOutput(output));
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    /// <summary>Sends a stream through a reader into a sink, in chunks; says whether it was finished.</summary>
    internal static bool ReadStream(byte[] stream, IReplySink sink, ReplyReader? reader = null, Func<int>? chunk = null)
    {
        reader ??= Codec.CreateReader();
        using var frames = new SseFrameReader();
        for (var at = 0; at < stream.Length;)
        {
            var take = Math.Min(Math.Min(chunk?.Invoke() ?? 4096, stream.Length - at), 4096);
            stream.AsSpan(at, take).CopyTo(frames.GetMemory().Span);
            frames.Advance(take);
            at += take;
            while (frames.TryRead(out var frame)) reader.Read(frame, sink);
        }

        reader.Complete(sink);
        return reader.IsFinished;
    }

    internal static bool ReadStream(string stream, IReplySink sink) => ReadStream(Encoding.UTF8.GetBytes(stream), sink);

    /// <summary>What a stream writer makes of the events that <paramref name="events"/> gives.</summary>
    internal static string WriteStream(Action<IReplySink> events, ReplyContext? context = null)
    {
        using var output = new PooledBuffer();
        using var writer = Codec.CreateWriter(context ?? Context(), output);
        events(writer);
        return Encoding.UTF8.GetString(output.Span);
    }

    /// <summary>A stream of these events, named as Anthropic names them.</summary>
    internal static string Stream(params string[] events) =>
        string.Concat(events.Select(data => $"event: {JsonNode.Parse(data)!["type"]}\ndata: {data}\n\n"));

    /// <summary>The data of a stream's events.</summary>
    internal static List<JsonNode> Events(string stream) => [.. stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .Select(frame => JsonNode.Parse(frame[(frame.IndexOf("data: ", StringComparison.Ordinal) + 6)..])!)];

    /// <summary>Accumulates a stream into a message, the way Anthropic's own SDK does; fails on what that SDK would fail on.</summary>
    internal static JsonObject Accumulate(IEnumerable<JsonNode> events)
    {
        JsonObject? message = null;
        var open = -1;
        var input = "";
        foreach (var data in events)
        {
            switch (data["type"]!.GetValue<string>())
            {
                case "message_start":
                    Assert.Null(message);
                    message = data["message"]!.DeepClone().AsObject();
                    break;
                case "content_block_start":
                    Assert.Equal(-1, open);
                    var content = message!["content"]!.AsArray();
                    open = data["index"]!.GetValue<int>();
                    Assert.Equal(content.Count, open);
                    content.Add(data["content_block"]!.DeepClone());
                    input = "";
                    break;
                case "content_block_delta":
                    Assert.Equal(open, data["index"]!.GetValue<int>());
                    Delta(message!["content"]![open]!.AsObject(), data["delta"]!);
                    break;
                case "content_block_stop":
                    Assert.Equal(open, data["index"]!.GetValue<int>());
                    if (input.Length > 0) message!["content"]![open]!["input"] = JsonNode.Parse(input);
                    open = -1;
                    break;
                case "message_delta":
                    Assert.Equal(-1, open);
                    foreach (var (name, value) in data["delta"]!.AsObject()) message![name] = value?.DeepClone();
                    foreach (var (name, value) in data["usage"]!.AsObject()) message!["usage"]![name] = value?.DeepClone();
                    foreach (var (name, value) in data.AsObject())
                        if (name is not ("type" or "delta" or "usage")) message![name] = value?.DeepClone();
                    break;
                case "message_stop" or "ping":
                    break;
                default:
                    Assert.Fail(data.ToJsonString());
                    break;
            }
        }

        return message!;

        void Delta(JsonObject block, JsonNode delta)
        {
            var (member, piece) = delta["type"]!.GetValue<string>() switch
            {
                "text_delta" => ("text", "text"),
                "thinking_delta" => ("thinking", "thinking"),
                "signature_delta" => ("signature", "signature"),
                "compaction_delta" => ("content", "content"),
                "input_json_delta" => ("", "partial_json"),
                "citations_delta" => ("citations", ""),
                var other => throw new InvalidOperationException(other),
            };
            if (member.Length == 0) input += delta[piece]!.GetValue<string>();
            else if (member == "citations") ((block["citations"] as JsonArray) ?? (JsonArray)(block["citations"] = new JsonArray())).Add(delta["citation"]!.DeepClone());
            else block[member] = (block[member]?.GetValue<string>() ?? "") + delta[piece]!.GetValue<string>();
        }
    }
}
