namespace Parley.Dialects.Conversations;

/// <summary>What kind of tool is offered.</summary>
public enum ToolKind
{
    /// <summary>A function of the caller's with a JSON schema.</summary>
    Function,

    /// <summary>A tool of the caller's that takes free text (OpenAI's custom tools).</summary>
    Custom,

    /// <summary>The vendor's web search.</summary>
    WebSearch,

    /// <summary>The vendor's page fetcher (Anthropic's web_fetch, Gemini's URL context).</summary>
    WebFetch,

    /// <summary>The vendor's code interpreter.</summary>
    CodeExecution,

    /// <summary>A tool that only the origin knows.</summary>
    Vendor,
}
