using System.Buffers;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.OpenAIResponses;
using Parley.Dialects.Streaming;

namespace Parley.Benchmarks;

/// <summary>
/// A stream of 400 events through frame reader and tap, in reads of 4 KB. What may be allocated is per stream (the reader, the tap,
/// what it observes and its few strings), never per event.
/// </summary>
internal static class StreamGates
{
    internal static IEnumerable<AllocationGate> All
    {
        get
        {
            var chat = Bodies.ChatStream(400);
            var responses = Bodies.ResponsesStream(400);
            var output = new ArrayBufferWriter<byte>(512 * 1024);
            yield return new("frames only, 400 chat events", 256, () => Relay(chat, null, output));
            yield return new("chat tap, 400 events, client asked for usage", 768, () =>
                Relay(chat, new ChatStreamTap(true, false), output));
            yield return new("chat tap, 400 events, usage cut out", 768, () => Relay(chat, new ChatStreamTap(false, true), output));
            yield return new("responses tap, 400 events", 768, () => Relay(responses, new ResponsesStreamTap(), output));
        }
    }

    internal static void Relay(byte[] stream, StreamTap? tap, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        using var reader = new SseFrameReader();
        for (var at = 0; at < stream.Length;)
        {
            var memory = reader.GetMemory();
            var take = Math.Min(Math.Min(4096, memory.Length), stream.Length - at);
            stream.AsSpan(at, take).CopyTo(memory.Span);
            reader.Advance(take);
            at += take;
            while (reader.TryRead(out var frame))
            {
                var action = tap?.Observe(frame).Action ?? FrameAction.Forward;
                if (action == FrameAction.Forward) output.Write(frame.Raw);
                else if (action == FrameAction.Rewrite) tap!.WriteRewritten(frame, output);
            }
        }

        if (tap is not null && !(tap.IsFinished && tap.Reply.HasUsage))
            throw new InvalidOperationException("The stream is whole and reports usage.");
    }
}
