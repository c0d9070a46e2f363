namespace Parley.Dialects.Conversations;

/// <summary>Whether a tool is called.</summary>
public enum ToolChoiceMode
{
    Auto,
    None,

    /// <summary>Some tool must be called (Anthropic's and Gemini's <c>any</c>).</summary>
    Required,

    /// <summary>The one named must be called.</summary>
    Named,
}
