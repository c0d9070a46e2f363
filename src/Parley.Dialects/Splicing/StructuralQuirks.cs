using System.Buffers.Text;
using Parley.Dialects.Models;

namespace Parley.Dialects.Splicing;

/// <summary>
/// What a model refuses that no edit of a top-level member mends: instructions to a model that takes none, the start of an answer, an
/// effort or a budget that it does not know. Such a request is read and written anew in its own dialect, where the writer knows the
/// model. These checks run on every spliced request of a model that refuses something of the kind, so they search bytes and parse
/// nothing: a false alarm costs time and changes no meaning.
/// </summary>
public static class StructuralQuirks
{
    /// <summary>True when the body may hold something that the model answers with 400.</summary>
    public static bool MayBeIn(ReadOnlySpan<byte> body, Dialect dialect, ModelTraits traits)
    {
        ArgumentNullException.ThrowIfNull(traits);
        return dialect switch
        {
            Dialect.OpenAIChat => HasInstructions(body, traits) || HasUnknownEffort(body, "\"reasoning_effort\""u8, traits),
            Dialect.OpenAIResponses => HasUnknownEffort(body, "\"effort\""u8, traits),
            Dialect.AnthropicMessages => traits is { Family: ModelFamily.Claude, TakesPrefill: false } && EndsWithAssistant(body),
            Dialect.GeminiContent => HasUnknownThinking(body, traits),
            _ => false,
        };
    }

    private static bool HasInstructions(ReadOnlySpan<byte> body, ModelTraits traits) =>
        traits.RefusesSystemRole && (body.IndexOf("\"system\""u8) >= 0 || body.IndexOf("\"developer\""u8) >= 0);

    private static bool HasUnknownEffort(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key, ModelTraits traits)
    {
        if (traits.EffortWords.Count == 0) return false;
        for (var rest = body; ValueOf(ref rest, key, out var value);)
        {
            if (value.IsEmpty || value[0] != '"') continue;
            var end = value[1..].IndexOf((byte)'"');
            if (end > 0 && !Knows(traits, value.Slice(1, end))) return true;
        }

        return false;
    }

    // The last message's role. A tool's schema behind the messages may have a property of that name, whose value is no string.
    private static bool EndsWithAssistant(ReadOnlySpan<byte> body)
    {
        var key = "\"role\""u8;
        for (var at = body.LastIndexOf(key); at >= 0; at = body[..at].LastIndexOf(key))
        {
            var value = Value(body[(at + key.Length)..]);
            if (!value.IsEmpty && value[0] == '"') return value.StartsWith("\"assistant\""u8);
        }

        return false;
    }

    private static bool HasUnknownThinking(ReadOnlySpan<byte> body, ModelTraits traits)
    {
        if (traits.Family != ModelFamily.Gemini) return false;
        var hasLevel = body.IndexOf("\"thinkingLevel\""u8) >= 0 || body.IndexOf("\"thinking_level\""u8) >= 0;
        if (traits.Reasoning != ReasoningStyle.Level) return hasLevel || HasBudgetOutside(body, traits);
        // Gemini 3 still takes a budget, but not both.
        return hasLevel && (body.IndexOf("\"thinkingBudget\""u8) >= 0 || body.IndexOf("\"thinking_budget\""u8) >= 0);
    }

    private static bool HasBudgetOutside(ReadOnlySpan<byte> body, ModelTraits traits) =>
        HasBudgetOutside(body, "\"thinkingBudget\""u8, traits) || HasBudgetOutside(body, "\"thinking_budget\""u8, traits);

    private static bool HasBudgetOutside(ReadOnlySpan<byte> body, ReadOnlySpan<byte> key, ModelTraits traits)
    {
        for (var rest = body; ValueOf(ref rest, key, out var value);)
        {
            if (!Utf8Parser.TryParse(value, out long budget, out _)) continue;
            if (traits.Reasoning == ReasoningStyle.None) return budget != 0;
            // -1 lets the model decide, 0 switches it off where that is possible.
            var isInside = budget == -1 || (budget == 0 && traits.CanStopReasoning) || (budget >= Math.Max(1, traits.LeastBudget) && (traits.MostBudget == 0 || budget <= traits.MostBudget));
            if (!isInside) return true;
        }

        return false;
    }

    private static bool Knows(ModelTraits traits, ReadOnlySpan<byte> word)
    {
        foreach (var known in traits.EffortWords)
        {
            if (System.Text.Ascii.Equals(word, known)) return true;
        }

        return false;
    }

    private static bool ValueOf(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var at = rest.IndexOf(key);
        value = default;
        if (at < 0) return false;
        rest = rest[(at + key.Length)..];
        value = Value(rest);
        return true;
    }

    // What stands behind a key's colon; nothing when there is none, because then it was no key.
    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> behindKey)
    {
        var colon = behindKey.TrimStart(" \t\r\n"u8);
        return colon.IsEmpty || colon[0] != ':' ? default : colon[1..].TrimStart(" \t\r\n"u8);
    }
}
