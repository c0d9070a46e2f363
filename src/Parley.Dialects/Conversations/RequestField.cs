namespace Parley.Dialects.Conversations;

/// <summary>
/// The settings of a request that more than one dialect has a word for. At most 64: a writer notes in one word which it has
/// carried, and every other one that was set is reported as lost. None can be forgotten.
/// </summary>
public enum RequestField
{
    MaxOutputTokens,
    Temperature,
    TopP,
    TopK,
    FrequencyPenalty,
    PresencePenalty,
    Seed,
    LogitBias,

    /// <summary>Whether log probabilities are wanted (true/false).</summary>
    Logprobs,

    /// <summary>How many of the likeliest tokens, a number.</summary>
    TopLogprobs,

    /// <summary>How many answers (<c>n</c>, <c>candidateCount</c>).</summary>
    ChoiceCount,
    ParallelToolCalls,

    /// <summary>The end user's id, a string (<c>user</c>, <c>safety_identifier</c>, Anthropic's <c>metadata.user_id</c>).</summary>
    User,

    /// <summary>OpenAI's newer name for the same, when both are given.</summary>
    SafetyIdentifier,

    /// <summary>A map of strings that the vendor stores or bills by.</summary>
    Metadata,
    ServiceTier,
    Store,
    PromptCacheKey,
    PromptCacheRetention,
    Verbosity,

    /// <summary>The effort word: none, minimal, low, medium, high, xhigh, max.</summary>
    ReasoningEffort,

    /// <summary>The thinking budget in tokens, a number; -1 for Gemini's "as you like".</summary>
    ReasoningBudget,

    /// <summary>A string: <c>enabled</c>, <c>disabled</c> or <c>adaptive</c> (Anthropic's <c>thinking.type</c>).</summary>
    ReasoningMode,

    /// <summary>How thoughts are shown: Responses' <c>reasoning.summary</c> (auto, concise, detailed), Anthropic's <c>thinking.display</c>, Gemini's includeThoughts as true/false.</summary>
    ReasoningSummary,

    /// <summary>Kinds of output, an array of strings.</summary>
    Modalities,

    /// <summary>Voice and format of spoken output.</summary>
    AudioOutput,
    Prediction,

    /// <summary>Chat's <c>web_search_options</c>.</summary>
    WebSearchOptions,
    Truncation,
    PreviousResponse,
    Background,
    Include,
    MaxToolCalls,

    /// <summary>Bedrock's guardrail, Azure's content filter policy.</summary>
    Guardrail,
    SafetySettings,
    CachedContent,

    /// <summary>The structured ones, noted here so that they too are carried or reported.</summary>
    StopSequences,
    Tools,
    ToolChoice,
    OutputFormat,
}
