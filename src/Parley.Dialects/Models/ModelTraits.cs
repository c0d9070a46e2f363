using System.Collections.Immutable;

namespace Parley.Dialects.Models;

/// <summary>What one model takes and refuses: data, looked up by name in <see cref="ModelTraitsTable"/>.</summary>
public sealed record ModelTraits
{
    /// <summary>A model of which nothing is known.</summary>
    public static readonly ModelTraits Unknown = new();

    public ModelFamily Family { get; init; }

    /// <summary>True when <c>temperature</c> is answered with 400.</summary>
    public bool RefusesTemperature { get; init; }

    /// <summary>True when <c>top_p</c> (and <c>top_k</c>) is answered with 400.</summary>
    public bool RefusesTopP { get; init; }

    /// <summary>True when temperature and top_p together are answered with 400 (Claude from Opus 4.1 on); temperature wins.</summary>
    public bool RefusesTemperatureWithTopP { get; init; }

    /// <summary>True when penalties, <c>logprobs</c> and <c>logit_bias</c> are answered with 400 (OpenAI's reasoning models).</summary>
    public bool RefusesPenalties { get; init; }

    /// <summary>True when <c>stop</c> is answered with 400 (o3, o4-mini, gpt-5).</summary>
    public bool RefusesStop { get; init; }

    /// <summary>
    /// True when temperature, top_p and logprobs are taken after all while the effort is <c>none</c>, which is also the effort of a
    /// request that names none (gpt-5.1 to 5.4).
    /// </summary>
    public bool SamplesWithoutEffort { get; init; }

    /// <summary>True when the limit must be called <c>max_completion_tokens</c>.</summary>
    public bool WantsMaxCompletionTokens { get; init; }

    /// <summary>True when the limit must be called <c>max_tokens</c>, because the vendor's own API knows no other name.</summary>
    public bool WantsMaxTokens { get; init; }

    /// <summary>True when instructions are to come as <c>developer</c>; false when as <c>system</c>.</summary>
    public bool WantsDeveloperRole { get; init; }

    /// <summary>True when neither <c>system</c> nor <c>developer</c> is taken (o1-mini, o1-preview): the text goes into the first user message.</summary>
    public bool RefusesSystemRole { get; init; }

    /// <summary>True when the last message may be the start of the answer.</summary>
    public bool TakesPrefill { get; init; }

    /// <summary>Whether images are taken; null when unknown.</summary>
    public bool? HasVision { get; init; }

    public ReasoningStyle Reasoning { get; init; }

    /// <summary>The least thinking budget; 1024 on Claude.</summary>
    public int LeastBudget { get; init; } = 1024;

    /// <summary>The largest thinking budget where the vendor names one; 0 otherwise.</summary>
    public int MostBudget { get; init; }

    /// <summary>True when thinking can be switched off.</summary>
    public bool CanStopReasoning { get; init; } = true;

    /// <summary>The words for the effort that the model takes, the least first; none when they are unknown.</summary>
    public IReadOnlyList<string> EffortWords { get; init; } = [];

    /// <summary>The longest answer in tokens; 0 when unknown. What is sent where a dialect demands a limit and the caller gave none.</summary>
    public int MostOutputTokens { get; init; }

    /// <summary>True when JSON by a schema is native.</summary>
    public bool HasJsonSchema { get; init; }

    /// <summary>True when structured output and tools go together (not on Gemini before 3).</summary>
    public bool HasJsonSchemaWithTools { get; init; } = true;

    /// <summary>True when a tool can be forced (not on Llama).</summary>
    public bool TakesForcedTool { get; init; } = true;

    /// <summary>True when cache points are taken.</summary>
    public bool TakesCachePoints { get; init; }

    /// <summary>The word nearest to another family's, the higher of two: the word itself where nothing is known; null for a word that is no effort.</summary>
    public string? NearestEffort(string word)
    {
        if (EffortWords.Count == 0 || EffortWords.Contains(word)) return word;
        var asked = Efforts.IndexOf(word);
        if (asked < 0) return null;
        var nearest = EffortWords[0];
        foreach (var taken in EffortWords)
        {
            if (Math.Abs(Efforts.IndexOf(taken) - asked) <= Math.Abs(Efforts.IndexOf(nearest) - asked)) nearest = taken;
        }

        return nearest;
    }

    private static readonly ImmutableArray<string> Efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

    /// <summary>True when there is anything that <see cref="Splicing.RequestQuirks"/> could have to change in a request.</summary>
    public bool HasRequestQuirks =>
        RefusesTemperature || RefusesTopP || RefusesTemperatureWithTopP || RefusesPenalties || RefusesStop || WantsMaxCompletionTokens || WantsMaxTokens
        || Reasoning == ReasoningStyle.Adaptive;
}
