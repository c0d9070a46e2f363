namespace Parley.Dialects.Streaming;

/// <summary>What one event of a stream is to the gateway.</summary>
public enum FrameKind
{
    /// <summary>Comes before any content and says nothing yet (a role, <c>response.created</c>): a failover is still possible.</summary>
    Prelude,

    /// <summary>Carries something of the answer.</summary>
    Content,

    /// <summary>Carries a finish reason, or is the dialect's terminal event.</summary>
    Terminal,

    /// <summary>Carries nothing but usage.</summary>
    Usage,

    /// <summary>The provider reports an error inside the stream.</summary>
    Error,

    /// <summary>The end marker <c>[DONE]</c>.</summary>
    Done,

    /// <summary>No data: comments, heartbeats, blank lines.</summary>
    Comment,

    /// <summary>Not understood (not JSON, for instance). Forwarded as it came when it is a whole frame.</summary>
    Other,
}
