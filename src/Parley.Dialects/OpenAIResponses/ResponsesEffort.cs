using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>How much a model shall think and what of it is shown, from the words of another dialect.</summary>
internal static class ResponsesEffort
{
    /// <summary>The values of <c>reasoning.effort</c> and <c>reasoning.summary</c>; none for what is left to the model.</summary>
    internal static (JsonValue Effort, JsonValue Summary) Of(RequestWriting writing)
    {
        if (writing.Traits is { Reasoning: ReasoningStyle.None, Family: not ModelFamily.Unknown })
        {
            foreach (var field in (RequestField[])[RequestField.ReasoningEffort, RequestField.ReasoningBudget,
                RequestField.ReasoningSummary])
                writing.Lose(field, "the model does not think aloud");
            var isOff = writing.Peek(RequestField.ReasoningMode).AsString().Is("disabled"u8);
            if (isOff) _ = writing.Take(RequestField.ReasoningMode);
            else writing.Lose(RequestField.ReasoningMode, "the model does not think aloud");
            return default;
        }

        var mode = writing.Peek(RequestField.ReasoningMode).AsString();
        if (mode.Is("disabled"u8) && !writing.Peek(RequestField.ReasoningEffort).HasValue)
            writing.Lose(RequestField.ReasoningMode, "the model decides");
        else _ = writing.Take(RequestField.ReasoningMode);
        return (Effort(writing), Summary(writing, mode));
    }

    private static JsonValue Effort(RequestWriting writing)
    {
        var word = writing.Take(RequestField.ReasoningEffort);
        var budget = writing.Take(RequestField.ReasoningBudget);
        // The word says it in the model's own terms; "max" is Anthropic's and has no equal here.
        if (word.IsString) return word.AsString().Is("max"u8) ? JsonValue.Literal("\"high\""u8) : word;
        if (budget.AsInt64() is not { } tokens) return default;
        var most = writing.Peek(RequestField.MaxOutputTokens).AsInt64() ?? 0;
        var effort = EffortBudget.ToEffort(tokens, most);
        // Not every model can be told not to think at all.
        return JsonValue.Quote(effort.Is("none"u8) ? JsonString.Literal("low"u8) : effort);
    }

    // Whoever asks another vendor's model to think gets its thoughts without asking; here they are to be asked for.
    private static JsonValue Summary(RequestWriting writing, JsonString mode)
    {
        var summary = writing.Take(RequestField.ReasoningSummary);
        var word = summary.AsString();
        if (word.Is("auto"u8) || word.Is("concise"u8) || word.Is("detailed"u8)) return summary;
        if (summary.IsFalse || word.Is("omitted"u8)) return default;
        var wantsThoughts = summary.IsTrue || word.Is("summarized"u8) || mode.Is("enabled"u8) || mode.Is("adaptive"u8);
        return wantsThoughts ? JsonValue.Literal("\"auto\""u8) : default;
    }
}
