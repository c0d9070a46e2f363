using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Streaming;
using JsonValue = Parley.Dialects.Json.JsonValue;

namespace Parley.Dialects.Tests.OpenAIChat;

/// <summary>Runs the chat codec on texts.</summary>
internal static class ChatRun
{
    internal static readonly TranslationTarget OpenAI = Target("gpt-4.1", isOpenAI: true);
    internal static readonly TranslationTarget Compatible = Target("some-model", isOpenAI: false);

    internal static TranslationTarget Target(string model, bool isOpenAI) =>
        new(Dialect.OpenAIChat, JsonString.From(model), ModelTraitsTable.Of(model)) { IsOpenAI = isOpenAI };

    internal static JsonValue Json(string json) => JsonValue.Of(Encoding.UTF8.GetBytes(json));

    internal static JsonString Text(string text) => JsonString.From(text);

    internal static Conversation Read(string json) => ChatCodec.Instance.ReadRequest(Json(json), default);

    internal static (JsonNode Body, LossReport Losses, JsonString OutputTool) Write(Conversation conversation, TranslationTarget target)
    {
        using var buffer = new PooledBuffer();
        var losses = new LossReport();
        var writing = new RequestWriting(conversation, target, new JsonOutput(buffer), losses);
        ChatCodec.Instance.WriteRequest(writing);
        return (JsonNode.Parse(buffer.Span)!, losses, writing.OutputTool);
    }

    internal static ReplyContext Context(bool isStream = false, bool wantsUsage = true, Conversation? request = null) =>
        new(request ?? new Conversation(Dialect.OpenAIChat) { IsStream = isStream, WantsStreamUsage = wantsUsage }, Text("asked"), "1", 1700000000, new LossReport());

    /// <summary>Reads frames, and gives the events to the sink as the relay does.</summary>
    internal static ChatStreamReader Stream(string stream, IReplySink sink, Func<int>? chunk = null)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        var answer = new ChatStreamReader();
        using var frames = new SseFrameReader();
        for (var at = 0; at < bytes.Length;)
        {
            var take = Math.Min(Math.Min(chunk?.Invoke() ?? 4096, bytes.Length - at), 4096);
            bytes.AsSpan(at, take).CopyTo(frames.GetMemory().Span);
            frames.Advance(take);
            at += take;
            while (frames.TryRead(out var frame)) answer.Read(frame, sink);
        }

        while (frames.TryReadLast(out var frame)) answer.Read(frame, sink);
        answer.Complete(sink);
        return answer;
    }

    internal static FoldedReply Fold(string body)
    {
        var folded = new FoldedReply();
        ChatCodec.Instance.ReadReply(Json(body), new OrderChecker(folded));
        return folded;
    }

    internal static FoldedReply FoldStream(string stream)
    {
        var folded = new FoldedReply();
        Stream(stream, new OrderChecker(folded));
        return folded;
    }

    internal static JsonNode WriteReply(FoldedReply reply, ReplyContext? context = null)
    {
        using var buffer = new PooledBuffer();
        ChatCodec.Instance.WriteReply(reply, context ?? Context(), new JsonOutput(buffer));
        return JsonNode.Parse(buffer.Span)!;
    }

    /// <summary>A stream that is read and written again.</summary>
    internal static string Rewrite(string stream, ReplyContext context, Func<int>? chunk = null)
    {
        using var output = new PooledBuffer();
        using var writer = ChatCodec.Instance.CreateWriter(context, output);
        Stream(stream, new OrderChecker(writer), chunk);
        return Encoding.UTF8.GetString(output.Span);
    }

    /// <summary>The data of each event of a stream.</summary>
    internal static List<string> Data(string stream) =>
        [.. stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => e["data: ".Length..])];

    internal static string Events(IEnumerable<string> data) => string.Concat(data.Select(d => $"data: {d}\n\n"));
}
