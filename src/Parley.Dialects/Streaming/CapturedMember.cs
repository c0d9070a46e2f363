namespace Parley.Dialects.Streaming;

/// <summary>The members of a plain answer that <see cref="JsonMemberCapture"/> takes out of the passing bytes.</summary>
internal enum CapturedMember : byte
{
    None,
    Id,
    Model,
    Usage,
    Error,
    Status,
    IncompleteDetails,
    PromptFeedback,

    /// <summary>Anthropic's <c>stop_reason</c>.</summary>
    StopReason,

    /// <summary><c>choices[*].finish_reason</c>, <c>candidates[*].finishReason</c>; the others are members of the outermost object.</summary>
    FinishReason,
}
