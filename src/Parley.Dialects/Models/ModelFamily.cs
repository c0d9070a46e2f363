namespace Parley.Dialects.Models;

/// <summary>Models that take and refuse the same things, whoever hosts them.</summary>
public enum ModelFamily
{
    /// <summary>Nothing is known: every field is sent as it came.</summary>
    Unknown,

    /// <summary>gpt-3.5 to gpt-4.1, gpt-4o, gpt-5-chat.</summary>
    Gpt,

    /// <summary>The o-series and gpt-5.</summary>
    GptReasoning,

    /// <summary>OpenAI's open-weight models.</summary>
    GptOss,

    Claude,
    Gemini,
    Llama,
    Nova,
    Titan,
    Cohere,
    Mistral,
    DeepSeek,
    Grok,
    Qwen,
}
