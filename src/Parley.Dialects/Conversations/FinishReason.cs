namespace Parley.Dialects.Conversations;

/// <summary>Why an answer ended. The provider's own word travels beside it.</summary>
public enum FinishReason
{
    /// <summary>Not told.</summary>
    None,

    /// <summary>The model was done.</summary>
    Stop,

    /// <summary>One of the caller's stop sequences came.</summary>
    StopSequence,

    /// <summary>The token limit was reached.</summary>
    Length,

    /// <summary>The model calls tools.</summary>
    ToolCalls,

    /// <summary>A filter of the vendor stopped it: also Gemini's blocked prompts and Bedrock's guardrails.</summary>
    ContentFilter,

    /// <summary>The model declined (Anthropic's <c>refusal</c>).</summary>
    Refusal,

    /// <summary>A long turn of the vendor's own tools is to be continued (Anthropic's <c>pause_turn</c>).</summary>
    Pause,

    /// <summary>The context window was full.</summary>
    ContextExceeded,

    /// <summary>The model wrote a tool call that nobody can read (Gemini's <c>MALFORMED_FUNCTION_CALL</c>).</summary>
    MalformedToolCall,

    /// <summary>A reason that has no word of ours: see the raw one.</summary>
    Other,
}
