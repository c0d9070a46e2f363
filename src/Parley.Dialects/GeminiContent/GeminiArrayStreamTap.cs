using System.Buffers;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.GeminiContent;

/// <summary>Passes a Gemini stream on to a caller who asked without <c>alt=sse</c>: each event's JSON as it came, as an element of one array.</summary>
/// <param name="tap">Watches the events.</param>
public sealed class GeminiArrayStreamTap(GeminiStreamTap tap) : StreamTap(tap.Reply)
{
    private readonly GeminiArrayFraming _framing = new();
    private bool _isAtEnd;
    private bool _isError;

    /// <inheritdoc/>
    public override bool IsFinished => tap.IsFinished;

    /// <inheritdoc/>
    public override bool WritesWholeFrames => true;

    /// <inheritdoc/>
    public override FrameVerdict Observe(in SseFrame frame)
    {
        var verdict = tap.Observe(in frame);
        _isError = verdict.Kind == FrameKind.Error;
        return verdict with { Action = verdict.Action == FrameAction.Hide || !frame.HasData ? FrameAction.Hide : FrameAction.Rewrite };
    }

    /// <inheritdoc/>
    public override FrameVerdict Complete()
    {
        if (!IsFinished) return base.Complete();
        _isAtEnd = true;
        return new(FrameKind.Done, FrameAction.Rewrite);
    }

    /// <inheritdoc/>
    public override void WriteRewritten(in SseFrame frame, IBufferWriter<byte> output)
    {
        if (_isAtEnd) _framing.Complete(output);
        else _framing.Write(frame.Data, output);
        // Nothing follows an error, and an array that stays open could not be read at all.
        if (_isError) _framing.Complete(output);
    }

    /// <inheritdoc/>
    public override void WriteError(IBufferWriter<byte> output, string message, string code) => _framing.WriteError(output, message, code);
}
