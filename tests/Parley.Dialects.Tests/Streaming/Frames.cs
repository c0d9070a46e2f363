using System.Buffers;
using System.Text;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.Tests.Streaming;

/// <summary>Sends a stream through the frame reader and a tap as the relay does.</summary>
internal static class Frames
{
    /// <summary>The verdict on every event, and what the client would be sent.</summary>
    internal static (List<FrameVerdict> Verdicts, string Sent) Relay(StreamTap tap, string stream, Func<int>? chunk = null)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        using var reader = new SseFrameReader();
        var verdicts = new List<FrameVerdict>();
        var output = new ArrayBufferWriter<byte>();
        for (var at = 0; at < bytes.Length;)
        {
            var take = Math.Min(Math.Min(chunk?.Invoke() ?? 4096, bytes.Length - at), 4096);
            bytes.AsSpan(at, take).CopyTo(reader.GetMemory().Span);
            reader.Advance(take);
            at += take;
            while (reader.TryRead(out var frame)) One(frame);
        }

        while (reader.TryReadLast(out var frame)) One(frame);
        return (verdicts, Encoding.UTF8.GetString(output.WrittenSpan));

        void One(in SseFrame frame)
        {
            var verdict = tap.Observe(frame);
            verdicts.Add(verdict);
            if (verdict.Action == FrameAction.Forward) output.Write(frame.Raw);
            else if (verdict.Action == FrameAction.Rewrite) tap.WriteRewritten(frame, output);
        }
    }

    /// <summary>Events that carry these data, one line each.</summary>
    internal static string Data(params string[] data) => string.Concat(data.Select(d => $"data: {d}\n\n"));

    /// <summary>What <see cref="StreamTap.WriteError"/> writes.</summary>
    internal static string Error(StreamTap tap, string message, string code)
    {
        var output = new ArrayBufferWriter<byte>();
        tap.WriteError(output, message, code);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
