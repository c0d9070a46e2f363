using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.Conversations;

/// <summary>
/// An event whose data is no JSON: something between the provider and us has damaged the stream. What it held is missing from the
/// answer, so in a translation the answer ends there: to go on would make a shortened text look whole.
/// </summary>
internal static class BrokenFrame
{
    internal static ReplyEvent Failure => new(ReplyEventKind.Failed)
    {
        Name = JsonString.Literal("stream_broken"u8),
        Text = JsonString.Literal("The provider's stream holds an event that is not JSON: the answer is damaged. Try again."u8),
        Status = 502,
    };

    /// <summary>
    /// True for data that is there and no JSON. <c>[DONE]</c> is an end that servers of other dialects add too; the torn rest of a stream
    /// that was cut is judged by whether the answer had ended before.
    /// </summary>
    internal static bool Is(in SseFrame frame)
    {
        var data = frame.Data.Trim(" \t\r\n"u8);
        return frame is { HasData: true, IsTerminated: true } && !data.IsEmpty && !data.SequenceEqual("[DONE]"u8) && !JsonValue.TryParse(frame.DataMemory, out _);
    }
}
