using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Writes the <c>thinkingConfig</c> of a request that came in this dialect: as it was, but for what the model answers 400 to
/// (https://ai.google.dev/gemini-api/docs/thinking): a budget outside its range, a level before Gemini 3, both together after it.
/// </summary>
internal static class GeminiOwnThinking
{
    internal static void Write(RequestWriting writing, JsonOutput json)
    {
        var (budget, level) = Mend(writing, writing.Take(RequestField.ReasoningBudget), writing.Take(RequestField.ReasoningEffort));
        var shown = writing.Take(RequestField.ReasoningSummary);
        var rest = writing.Conversation.Vendor.FindAll(field => field.Path.StartsWith("generationConfig.thinkingConfig.", StringComparison.Ordinal));
        if (!budget.IsPresent && !level.IsPresent && !shown.IsPresent && rest.Count == 0) return;
        json.BeginObject("thinkingConfig"u8).MemberIfPresent("thinkingBudget"u8, budget);
        if (level.IsPresent) json.Member("thinkingLevel"u8, JsonString.From(level.AsString().ToText().ToUpperInvariant()));
        json.MemberIfPresent("includeThoughts"u8, shown);
        foreach (var field in rest) json.Name(field.Name.Span).Value(field.Value);
        json.EndObject();
    }

    private static (JsonValue Budget, JsonValue Level) Mend(RequestWriting writing, JsonValue budget, JsonValue level)
    {
        var traits = writing.Traits;
        if (traits.Family != ModelFamily.Gemini) return (budget, level);
        switch (traits.Reasoning)
        {
            case ReasoningStyle.Level:
                if (!budget.IsPresent || !level.IsPresent) return (budget, level);
                writing.Lose(RequestField.ReasoningBudget, TranslationLoss.ModelRefuses + " beside a level");
                return (default, level);
            case ReasoningStyle.Budget:
                if (level.IsPresent) writing.Lose(RequestField.ReasoningEffort, TranslationLoss.ModelRefuses + ": it goes by a budget");
                return (Clamped(writing, budget), default);
            default:
                if (level.IsPresent) writing.Lose(RequestField.ReasoningEffort, TranslationLoss.ModelRefuses);
                if (budget.AsInt64() is not (null or 0)) writing.Lose(RequestField.ReasoningBudget, TranslationLoss.ModelRefuses);
                return default;
        }
    }

    // -1 lets the model decide, 0 switches it off where that is possible.
    private static JsonValue Clamped(RequestWriting writing, JsonValue budget)
    {
        var traits = writing.Traits;
        if (budget.AsInt64() is not { } asked || asked == -1 || (asked == 0 && traits.CanStopReasoning)) return budget;
        var taken = Math.Max(asked, Math.Max(1, traits.LeastBudget));
        if (traits.MostBudget > 0) taken = Math.Min(taken, traits.MostBudget);
        if (taken == asked) return budget;
        writing.Lose(RequestField.ReasoningBudget, TranslationLoss.ModelRefuses + $": sent as {taken}");
        return JsonValue.Number(taken);
    }
}
