namespace Parley.Dialects.Conversations;

/// <summary>What a part of an answer is.</summary>
public enum ReplyPartKind
{
    Text,
    Refusal,
    Reasoning,

    /// <summary>A summary of reasoning (Responses): shown, but not what was signed.</summary>
    ReasoningSummary,
    ToolCall,

    /// <summary>A call of an OpenAI custom tool, whose input is free text.</summary>
    CustomToolCall,

    /// <summary>An image or sound that the model made.</summary>
    Media,

    /// <summary>A block that only its origin knows.</summary>
    Opaque,
}
