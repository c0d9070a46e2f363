namespace Parley.Dialects.Conversations;

/// <summary>The family that can read a reasoning part's signature. The name is written into what travels through foreign dialects.</summary>
public enum ReasoningOrigin
{
    None,

    /// <summary>Claude, whoever hosts it.</summary>
    Anthropic,

    /// <summary>OpenAI's encrypted reasoning items, which only the organisation that made them can open.</summary>
    OpenAI,

    /// <summary>Gemini's thought signatures.</summary>
    Gemini,

    /// <summary>Models on Bedrock that are not Claude.</summary>
    Bedrock,
}
