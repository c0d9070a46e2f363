using System.Buffers;
using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.Tests.Matrix;

/// <summary>Feeds a provider's recorded events through a tap, framed as the provider frames them.</summary>
internal static class MatrixReplies
{
    internal delegate void Written(ReadOnlySpan<byte> bytes);

    internal static ReplyContext Context(Dialect surface, bool isStream) =>
        new(new Conversation(surface) { IsStream = isStream, WantsStreamUsage = true }, JsonString.From("asked-model"), "01m4tr1x", 1760000000, new LossReport());

    internal static void Feed(Dialect provider, IEnumerable<string> events, StreamTap tap, Written written)
    {
        using FrameReader reader = provider == Dialect.BedrockConverse ? new AwsEventStreamReader() : new SseFrameReader();
        var output = new ArrayBufferWriter<byte>();
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
                while (reader.TryRead(out var read))
                {
                    if (tap.Observe(in read).Action == FrameAction.Rewrite) tap.WriteRewritten(in read, output);
                }
            }
        }

        if (tap.Complete().Action == FrameAction.Rewrite) tap.WriteRewritten(default, output);
        written(output.WrittenSpan);
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
        var (name, payload) = System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject().Single();
        var output = new ArrayBufferWriter<byte>();
        AwsEventStreamWriter.WriteEvent(output, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(payload!.ToJsonString()));
        return output.WrittenSpan.ToArray();
    }
}
