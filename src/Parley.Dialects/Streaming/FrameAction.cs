namespace Parley.Dialects.Streaming;

/// <summary>What is to happen with the bytes of an event.</summary>
public enum FrameAction
{
    /// <summary>Send <see cref="SseFrame.Raw"/> as it is.</summary>
    Forward,

    /// <summary>Send nothing.</summary>
    Hide,

    /// <summary>Send what <see cref="StreamTap.WriteRewritten"/> writes.</summary>
    Rewrite,
}
