using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.GeminiContent;

/// <summary>Reads a stream of <c>alt=sse</c>: one response in each data event, no end marker.</summary>
internal sealed class GeminiStreamReader : ReplyReader
{
    private readonly GeminiEvents _events = new();
    private bool _isBroken;

    /// <inheritdoc/>
    public override bool IsFinished => !_isBroken && !_events.HasFailed && _events.IsFinished;

    /// <inheritdoc/>
    public override void Read(in SseFrame frame, IReplySink sink)
    {
        if (_isBroken) return;
        if (frame.HasData && JsonValue.TryParse(frame.DataMemory, out var response))
        {
            _events.Read(response, sink);
        }
        else if (!_events.HasFailed && BrokenFrame.Is(in frame))
        {
            _isBroken = true;
            sink.Accept(BrokenFrame.Failure);
        }
    }

    /// <inheritdoc/>
    public override void Complete(IReplySink sink)
    {
        if (!_isBroken) _events.Complete(sink);
    }
}
