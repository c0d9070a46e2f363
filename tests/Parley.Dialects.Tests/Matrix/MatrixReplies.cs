using System.Buffers;
using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.Tests.Matrix;

/// <summary>Replies on the way from a provider's file to a surface's body or stream; events are framed as the provider frames them.</summary>
internal static class MatrixReplies
{
    internal delegate void Written(ReadOnlySpan<byte> bytes);

    private delegate void Framed(in SseFrame frame);

    internal static ReplyContext Context(Dialect surface, bool isStream) =>
        new(new Conversation(surface) { IsStream = isStream, WantsStreamUsage = true }, JsonString.From("asked-model"), "01m4tr1x", 1760000000, new LossReport());

    /// <summary>A whole answer in the surface's words.</summary>
    internal static (byte[] Body, ReplyContext Context) Plain(Dialect provider, string name, Dialect surface)
    {
        var context = Context(surface, isStream: false);
        using var folded = new FoldedReply();
        DialectCodecs.Of(provider).ReadReply(
            JsonValue.Of(MatrixFiles.Read(ReplyCases.Plain(provider, name))), new CallerReplySink(context.Request, context.Losses, folded));
        Assert.True(folded.IsCompleted);
        using var output = new PooledBuffer();
        DialectCodecs.Of(surface).WriteReply(folded, context, new JsonOutput(output));
        return (output.Span.ToArray(), context);
    }

    /// <summary>A whole stream in the surface's words.</summary>
    internal static (string Text, ReplyContext Context) Streamed(Dialect provider, string name, Dialect surface)
    {
        var context = Context(surface, isStream: true);
        using var output = new PooledBuffer();
        using var tap = new TranslatingStreamTap(
            DialectCodecs.Of(provider).CreateReader(), DialectCodecs.Of(surface).CreateWriter(context, output), output, default, context);
        var text = new StringBuilder();
        Feed(provider, MatrixFiles.Lines(ReplyCases.Streamed(provider, name)), tap, bytes => text.Append(MatrixFiles.Text(bytes)));
        Assert.True(tap.IsFinished);
        return (text.ToString(), context);
    }

    /// <summary>The data of each event of a stream of server-sent events.</summary>
    internal static string[] Data(string stream) =>
        [.. stream.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line["data: ".Length..])];

    internal static void Feed(Dialect provider, IEnumerable<string> events, StreamTap tap, Written written)
    {
        var output = new ArrayBufferWriter<byte>();
        Each(provider, events, (in frame) =>
        {
            if (tap.Observe(in frame).Action == FrameAction.Rewrite) tap.WriteRewritten(in frame, output);
        });
        if (tap.Complete().Action == FrameAction.Rewrite) tap.WriteRewritten(default, output);
        written(output.WrittenSpan);
    }

    /// <summary>A stream read into one answer.</summary>
    internal static FoldedReply Fold(Dialect dialect, IEnumerable<string> events)
    {
        var folded = new FoldedReply();
        var reader = DialectCodecs.Of(dialect).CreateReader();
        Each(dialect, events, (in frame) => reader.Read(in frame, folded));
        reader.Complete(folded);
        return folded;
    }

    internal static FoldedReply Fold(Dialect dialect, byte[] body)
    {
        var folded = new FoldedReply();
        DialectCodecs.Of(dialect).ReadReply(JsonValue.Of(body), folded);
        return folded;
    }

    private static void Each(Dialect provider, IEnumerable<string> events, Framed framed)
    {
        using FrameReader reader = provider == Dialect.BedrockConverse ? new AwsEventStreamReader() : new SseFrameReader();
        foreach (var one in events)
        {
            var frame = Frame(provider, one);
            for (var at = 0; at < frame.Length;)
            {
                var room = reader.GetMemory();
                var length = Math.Min(room.Length, frame.Length - at);
                frame.AsMemory(at, length).CopyTo(room);
                reader.Advance(length);
                at += length;
                while (reader.TryRead(out var read)) framed(in read);
            }
        }
    }

    private static byte[] Frame(Dialect provider, string json)
    {
        if (provider == Dialect.BedrockConverse) return ConverseFrame(json);
        var name = provider is Dialect.AnthropicMessages or Dialect.OpenAIResponses
            ? $"event: {TypeOf(json)}\n"
            : "";
        return Encoding.UTF8.GetBytes($"{name}data: {json}\n\n");
    }

    // Not parsed: one of the recordings is damaged, and must come through all the same.
    private static string TypeOf(string json) => System.Text.RegularExpressions.Regex.Match(json, "\"type\": ?\"([^\"]+)\"").Groups[1].Value;

    // Recordings have {"contentBlockDelta":{…}}; on the wire the name is a header and the payload what is inside.
    private static byte[] ConverseFrame(string json)
    {
        using var recorded = System.Text.Json.JsonDocument.Parse(json);
        var payload = recorded.RootElement.EnumerateObject().Single();
        var output = new ArrayBufferWriter<byte>();
        AwsEventStreamWriter.WriteEvent(output, Encoding.UTF8.GetBytes(payload.Name), Encoding.UTF8.GetBytes(payload.Value.GetRawText()));
        return output.WrittenSpan.ToArray();
    }
}
