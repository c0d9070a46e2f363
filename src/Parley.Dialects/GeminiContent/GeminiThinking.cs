using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Writes <c>thinkingConfig</c> as the model takes it: a budget before Gemini 3, a level from then on, never both
/// (https://ai.google.dev/gemini-api/docs/thinking). What does not fit is clamped, never an error.
/// </summary>
internal static class GeminiThinking
{
    internal static void Write(RequestWriting writing, JsonOutput json)
    {
        var effort = writing.Take(RequestField.ReasoningEffort).AsString();
        var budget = writing.Take(RequestField.ReasoningBudget).AsInt64();
        var mode = writing.Take(RequestField.ReasoningMode).AsString();
        var summary = writing.Take(RequestField.ReasoningSummary);
        var traits = writing.Traits;
        var isOff = mode.Is("disabled"u8) || effort.Is("none"u8) || budget == 0;
        var isOn = !isOff && (mode.IsPresent || effort.IsPresent || budget is not null);
        if (traits.Reasoning is not (ReasoningStyle.Budget or ReasoningStyle.Level))
        {
            // Off is what such a model is anyway.
            if (!isOff) Lose(writing, "the model does not think");
            return;
        }

        if (isOff && !traits.CanStopReasoning) Lose(writing, "the model always thinks: as little as it can");

        if (!isOff && !isOn && !IsShown(writing, summary, false)) return;
        json.BeginObject("thinkingConfig"u8);
        if (traits.Reasoning == ReasoningStyle.Level) Level(writing, effort, budget, isOff, json);
        else Budget(writing, effort, budget, isOff, isOn, json);
        if (!isOff && IsShown(writing, summary, isOn)) json.Member("includeThoughts"u8, true);
        json.EndObject();
    }

    private static void Lose(RequestWriting writing, string reason)
    {
        writing.Lose(RequestField.ReasoningMode, reason);
        writing.Lose(RequestField.ReasoningEffort, reason);
        writing.Lose(RequestField.ReasoningBudget, reason);
    }

    // What the caller's dialect shows without being asked, and what it must be asked for.
    private static bool IsShown(RequestWriting writing, JsonValue summary, bool isOn)
    {
        if (writing.Conversation.Origin == Dialect.OpenAIChat) return isOn && !summary.IsTrue; // "exclude"
        if (summary.IsFalse || (summary.AsString() is var word && (word.Is("none"u8) || word.Is("omitted"u8)))) return false;
        if (summary.HasValue) return true;
        return isOn && writing.Conversation.Origin != Dialect.OpenAIResponses;
    }

    private static void Level(RequestWriting writing, JsonString effort, long? budget, bool isOff, JsonOutput json)
    {
        if (isOff) effort = JsonString.Literal("minimal"u8);
        else if (!effort.IsPresent && budget is > 0) effort = EffortBudget.ToEffort(budget.Value, Limit(writing));
        if (!effort.IsPresent) return;
        var isLow = effort.Is("low"u8) || effort.Is("minimal"u8);
        // Gemini 3 Pro knows two levels; Flash-Lite and the first Flash of the family know "minimal" too.
        if (IsNamed(writing, "-pro"u8)) json.Member("thinkingLevel"u8, isLow ? "LOW"u8 : "HIGH"u8);
        else if (effort.Is("minimal"u8) && TakesMinimal(writing)) json.Member("thinkingLevel"u8, "MINIMAL"u8);
        else json.Member("thinkingLevel"u8, isLow ? "LOW"u8 : effort.Is("medium"u8) ? "MEDIUM"u8 : "HIGH"u8);
    }

    // Since Gemini 3.6 Flash has LOW, MEDIUM and HIGH: https://ai.google.dev/gemini-api/docs/generate-content/whats-new-gemini-3.7
    private static bool TakesMinimal(RequestWriting writing) =>
        IsNamed(writing, "gemini-3-flash"u8) || IsNamed(writing, "flash-lite"u8) || IsNamed(writing, "gemini-3.5-flash"u8);

    private static bool IsNamed(RequestWriting writing, ReadOnlySpan<byte> part) => writing.Target.Model.Span.IndexOf(part) >= 0;

    private static void Budget(RequestWriting writing, JsonString effort, long? budget, bool isOff, bool isOn, JsonOutput json)
    {
        var traits = writing.Traits;
        if (isOff)
        {
            json.Member("thinkingBudget"u8, traits.CanStopReasoning ? 0 : traits.LeastBudget);
            return;
        }

        if (!isOn) return;
        // -1 lets the model decide: what "adaptive" and a word without a share mean.
        long? given = budget is > 0 ? EffortBudget.Clamp(budget.Value, Limit(writing), traits.LeastBudget, traits.MostBudget)
            : budget is null && effort.IsPresent ? EffortBudget.ToBudget(effort, Limit(writing), traits.LeastBudget, traits.MostBudget)
            : -1;
        if (given is null) Lose(writing, "the limit of the answer leaves no room for a thinking budget");
        json.Member("thinkingBudget"u8, given ?? (traits.CanStopReasoning ? 0 : traits.LeastBudget));
    }

    private static long Limit(RequestWriting writing) =>
        writing.Peek(RequestField.MaxOutputTokens).AsInt64() ?? Math.Max(writing.Traits.MostOutputTokens, 8192);
}
