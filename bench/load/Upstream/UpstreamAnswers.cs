namespace Parley.Load.Upstream;

/// <summary>The bytes of one wire format that the upstream answers with, made once.</summary>
/// <param name="Plain">Head and body of a plain answer, for a single send.</param>
/// <param name="StreamHead">The head of a stream, with what its dialect sends in front of the first content.</param>
/// <param name="EventFrame">One content event as an HTTP chunk.</param>
/// <param name="StampOffset">Where the sixteen digits of the moment of sending stand in it.</param>
/// <param name="End">The events behind the content, and the last chunk.</param>
/// <param name="EndWithUsage">The same for a request that asked for usage.</param>
internal sealed record UpstreamAnswers(byte[] Plain, byte[] StreamHead, byte[] EventFrame, int StampOffset, byte[] End, byte[] EndWithUsage)
{
    public static UpstreamAnswers Chat { get; } = new(
        ChatAnswers.Plain, ChatAnswers.StreamHead, ChatAnswers.EventFrame, ChatAnswers.FrameStampOffset, ChatAnswers.EndFrames, ChatAnswers.EndFramesWithUsage);

    public static UpstreamAnswers Messages { get; } = new(
        MessagesAnswers.Plain, MessagesAnswers.StreamHead, MessagesAnswers.EventFrame, MessagesAnswers.FrameStampOffset, MessagesAnswers.EndFrames, MessagesAnswers.EndFrames);
}
