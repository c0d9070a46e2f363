namespace Parley.Dialects.OpenAIResponses;

/// <summary>What an output item that is written is.</summary>
internal enum ResponsesItemKind
{
    Message,
    Reasoning,
    FunctionCall,
    CustomToolCall,
    Image,

    /// <summary>An item of the dialect's own, written as it came.</summary>
    Own,
}
