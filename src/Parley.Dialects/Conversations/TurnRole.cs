namespace Parley.Dialects.Conversations;

/// <summary>Who speaks.</summary>
public enum TurnRole
{
    /// <summary>The operator's instructions.</summary>
    System,

    /// <summary>The same in the words of newer OpenAI models.</summary>
    Developer,

    /// <summary>The user; in Anthropic's, Bedrock's and Gemini's dialects also the bearer of tool results.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>A tool: all parts are <see cref="ToolResultPart"/>s.</summary>
    Tool,
}
