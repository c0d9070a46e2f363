using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.OpenAIChat;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>How much a model shall think and what of it is shown, from the words of another dialect.</summary>
internal static class ResponsesEffort
{
    /// <summary>The values of <c>reasoning.effort</c> and <c>reasoning.summary</c>; none for what is left to the model.</summary>
    internal static (JsonValue Effort, JsonValue Summary) Of(RequestWriting writing)
    {
        var mode = writing.Peek(RequestField.ReasoningMode).AsString();
        var effort = OpenAIEffort.Of(writing);
        if (writing.Traits is { Reasoning: ReasoningStyle.None, Family: not ModelFamily.Unknown })
        {
            writing.Lose(RequestField.ReasoningSummary, "the model does not think aloud");
            return default;
        }

        return (effort, Summary(writing, mode));
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
