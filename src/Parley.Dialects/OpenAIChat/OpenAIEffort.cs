using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// The effort for a model that goes by OpenAI's words, from whatever the caller's dialect says: a word, a budget, or whether to think
/// at all. A word that the model does not know becomes the nearest one, and thinking that it cannot stop the least; both are reported.
/// </summary>
internal static class OpenAIEffort
{
    /// <summary>Carries effort, budget and mode. None for what is left to the model.</summary>
    internal static JsonValue Of(RequestWriting writing)
    {
        var (asked, sent, isOff) = Resolve(writing);
        var reason = !Thinks(writing.Traits) ? isOff ? null : "the model does not think"
            : isOff && sent != "none" ? sent is null ? "it is not known how this model is told not to think" : $"the model always thinks: sent as {sent}"
            : asked != sent ? $"the model refuses the word: sent as {sent ?? "its default"}"
            : null;
        foreach (var field in (ReadOnlySpan<RequestField>)[RequestField.ReasoningEffort, RequestField.ReasoningBudget, RequestField.ReasoningMode])
        {
            if (reason is null) writing.Take(field);
            else writing.Lose(field, reason);
        }

        return sent is null ? default : JsonValue.Quote(JsonString.From(sent));
    }

    /// <summary>True when the caller's own word is one that the model takes, or of which nothing is known: it is sent as it came.</summary>
    internal static bool IsTaken(RequestWriting writing)
    {
        var word = writing.Peek(RequestField.ReasoningEffort).AsString().ToText();
        return word.Length > 0 && writing.Traits.NearestEffort(word) == word;
    }

    /// <summary>
    /// True when the model takes sampling settings in this request although it reasons: gpt-5.1 to 5.4 do while their effort is
    /// <c>none</c>, which is also what they do unasked.
    /// </summary>
    internal static bool Samples(RequestWriting writing) => writing.Traits.SamplesWithoutEffort && Resolve(writing).Sent is null or "none";

    // What was asked for in OpenAI's words, and what the model takes for it. Null stands for nothing.
    private static (string? Asked, string? Sent, bool IsOff) Resolve(RequestWriting writing)
    {
        var traits = writing.Traits;
        var word = writing.Peek(RequestField.ReasoningEffort).AsString();
        var budget = writing.Peek(RequestField.ReasoningBudget).AsInt64();
        var isOff = word.IsEmpty ? budget == 0 || writing.Peek(RequestField.ReasoningMode).AsString().Is("disabled"u8) : word.Is("none"u8);
        if (!Thinks(traits)) return (null, null, isOff);
        if (isOff) return ("none", Least(traits), true);
        var asked = !word.IsEmpty ? word.ToText()
            : budget is { } tokens ? EffortBudget.ToEffort(tokens, writing.Peek(RequestField.MaxOutputTokens).AsInt64() ?? 0).ToText()
            // Asked to think without a word for how much: these models think only when they are given one.
            : traits.SamplesWithoutEffort && writing.Peek(RequestField.ReasoningMode).IsPresent ? "medium"
            : null;
        if (asked is null) return default;
        // "max" is Anthropic's, and a word of OpenAI's on no model so far.
        return (asked, asked == "max" && traits.EffortWords.Count == 0 ? "high" : traits.NearestEffort(asked), false);
    }

    private static bool Thinks(ModelTraits traits) => traits.Reasoning != ReasoningStyle.None || traits.Family == ModelFamily.Unknown;

    // Every model that goes by effort knows "low". Of a model in no row not even that is known.
    private static string? Least(ModelTraits traits) => traits.EffortWords.Count > 0 ? traits.EffortWords[0] : traits.Family == ModelFamily.Unknown ? null : "low";
}
