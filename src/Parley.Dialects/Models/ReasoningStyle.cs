namespace Parley.Dialects.Models;

/// <summary>How a model is told to think.</summary>
public enum ReasoningStyle
{
    /// <summary>It cannot be told to.</summary>
    None,

    /// <summary>By an effort word (OpenAI's reasoning models, gpt-oss, Grok).</summary>
    Effort,

    /// <summary>By a budget in tokens (Claude 3.7 to 4.5, Gemini 2.5).</summary>
    Budget,

    /// <summary>By an effort word and a budget (Claude Opus 4.5).</summary>
    EffortAndBudget,

    /// <summary>It may decide itself, with an effort word; a budget is understood too (Claude 4.6).</summary>
    AdaptiveOrBudget,

    /// <summary>It decides itself, with an effort word, and refuses a budget (Claude from Opus 4.7 and Sonnet 5 on).</summary>
    Adaptive,

    /// <summary>By Gemini 3's thinking level.</summary>
    Level,
}
