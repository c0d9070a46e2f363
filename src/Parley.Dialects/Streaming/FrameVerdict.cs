namespace Parley.Dialects.Streaming;

/// <summary>What a tap makes of one event.</summary>
/// <param name="Kind">What the event is.</param>
/// <param name="Action">What to do with its bytes.</param>
public readonly record struct FrameVerdict(FrameKind Kind, FrameAction Action);
