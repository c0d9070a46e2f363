using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>How the model is told to think: <c>thinking</c> and <c>output_config.effort</c>, as the model takes them.</summary>
internal sealed class MessagesThinking
{
    private JsonString _mode;
    private JsonValue _budget;
    private JsonValue _display;

    private MessagesThinking()
    {
    }

    /// <summary>The effort word; none when there is none to send.</summary>
    internal JsonString Effort { get; private set; }

    /// <summary>True when the model will think, which forbids forced tools and sampling settings.</summary>
    internal bool IsOn => _mode.Is("enabled"u8) || _mode.Is("adaptive"u8);

    internal void Write(JsonOutput json, List<VendorField> vendor)
    {
        if (_mode.IsEmpty) return;
        json.BeginObject("thinking"u8).Member("type"u8, _mode).MemberIfPresent("budget_tokens"u8, _budget).MemberIfPresent("display"u8, _display);
        MessagesRequestWriter.Nested(json, vendor, "thinking");
        json.EndObject();
    }

    internal static MessagesThinking Plan(RequestWriting writing, long limit, MessagesTurns messages)
    {
        var plan = new MessagesThinking();
        var mode = writing.Peek(RequestField.ReasoningMode).AsString();
        var effort = writing.Peek(RequestField.ReasoningEffort).AsString();
        var budget = writing.Peek(RequestField.ReasoningBudget).AsInt64();
        if (mode.IsEmpty && effort.IsEmpty && budget is null) return plan;

        var isOwn = writing.Conversation.Origin == Dialect.AnthropicMessages;
        var style = writing.Traits.Reasoning;
        if (isOwn && Fits(writing.Traits, mode, effort)) return plan.AsItCame(writing, mode, effort);
        if (mode.Is("disabled"u8) || effort.Is("none"u8) || budget == 0) return plan.Off(writing);
        if (style is ReasoningStyle.None or ReasoningStyle.Effort or ReasoningStyle.Level) return LoseAll("the model cannot be told to think");

        Take(writing);
        var wantsBudget = style is ReasoningStyle.Budget or ReasoningStyle.EffortAndBudget || (style == ReasoningStyle.AdaptiveOrBudget && budget > 0);
        if (wantsBudget)
        {
            var word = effort.IsEmpty || effort.Is("auto"u8) ? JsonString.Literal(budget < 0 ? "medium"u8 : "high"u8) : effort;
            var tokens = budget > 0
                ? EffortBudget.Clamp(budget.Value, limit, writing.Traits.LeastBudget, writing.Traits.MostBudget)
                : EffortBudget.ToBudget(word, limit, writing.Traits.LeastBudget, writing.Traits.MostBudget);
            if (tokens is null) return LoseAll("the limit of the answer leaves no room for a thinking budget");
            // With a budget, a turn whose tools are still being called must begin with its signed thought, which a foreign history does
            // not have ("Expected `thinking` or `redacted_thinking`, but found `tool_use`"). Adaptive thinking has no such rule.
            if (messages.HasUnsignedToolTurn) return LoseAll("the open tool call has no signed thought to begin with");
            plan._mode = JsonString.Literal("enabled"u8);
            plan._budget = JsonValue.Number(tokens.Value);
        }
        else
        {
            plan._mode = JsonString.Literal("adaptive"u8);
            if (effort.IsEmpty && budget > 0) effort = EffortBudget.ToEffort(budget.Value, limit);
        }

        if (style != ReasoningStyle.Budget && !effort.IsEmpty) plan.Effort = Word(effort, style);
        plan._display = Display(writing.Peek(RequestField.ReasoningSummary), isOwn);
        // Chat has no word for it, and gives the thoughts of every other model; models that only think adaptively keep theirs back
        // unless they are asked for them.
        if (!plan._display.IsPresent && style == ReasoningStyle.Adaptive && writing.Conversation.Origin == Dialect.OpenAIChat)
            plan._display = JsonValue.Literal("\"summarized\""u8);
        return plan;

        MessagesThinking LoseAll(string reason)
        {
            writing.Lose(RequestField.ReasoningMode, reason);
            writing.Lose(RequestField.ReasoningEffort, reason);
            writing.Lose(RequestField.ReasoningBudget, reason);
            writing.Lose(RequestField.ReasoningSummary, reason);
            return new MessagesThinking();
        }
    }

    // A caller who speaks the dialect is taken at his word where the model understands it.
    private static bool Fits(ModelTraits traits, JsonString mode, JsonString effort) => traits.Family == ModelFamily.Unknown || traits.Reasoning switch
    {
        ReasoningStyle.Budget => !mode.Is("adaptive"u8) && effort.IsEmpty,
        ReasoningStyle.EffortAndBudget => !mode.Is("adaptive"u8),
        ReasoningStyle.AdaptiveOrBudget => true,
        ReasoningStyle.Adaptive => !mode.Is("enabled"u8) && (!mode.Is("disabled"u8) || traits.CanStopReasoning),
        _ => mode.Is("disabled"u8) && effort.IsEmpty,
    };

    private static void Take(RequestWriting writing)
    {
        writing.Take(RequestField.ReasoningMode);
        writing.Take(RequestField.ReasoningEffort);
        writing.Take(RequestField.ReasoningBudget);
        writing.Take(RequestField.ReasoningSummary);
    }

    private MessagesThinking AsItCame(RequestWriting writing, JsonString mode, JsonString effort)
    {
        Take(writing);
        _mode = mode;
        _budget = writing.Peek(RequestField.ReasoningBudget);
        _display = writing.Peek(RequestField.ReasoningSummary);
        Effort = effort;
        return this;
    }

    private MessagesThinking Off(RequestWriting writing)
    {
        Take(writing);
        if (!writing.Traits.CanStopReasoning)
        {
            writing.Lose(RequestField.ReasoningMode, "the model always thinks");
            writing.Lose(RequestField.ReasoningEffort, "the model always thinks");
            writing.Lose(RequestField.ReasoningBudget, "the model always thinks");
        }
        else if (writing.Traits.Reasoning is ReasoningStyle.Adaptive or ReasoningStyle.AdaptiveOrBudget)
        {
            // Elsewhere silence means the same, and models that cannot think would refuse the word.
            _mode = JsonString.Literal("disabled"u8);
        }

        return this;
    }

    // low, medium and high everywhere; max from 4.6 on, xhigh from 4.7 on (docs, "Effort").
    private static JsonString Word(JsonString effort, ReasoningStyle style) => effort.Span switch
    {
        _ when effort.Is("minimal"u8) => JsonString.Literal("low"u8),
        _ when effort.Is("low"u8) || effort.Is("medium"u8) || effort.Is("high"u8) => effort,
        _ when effort.Is("max"u8) => style == ReasoningStyle.EffortAndBudget ? JsonString.Literal("high"u8) : effort,
        _ when effort.Is("xhigh"u8) => style == ReasoningStyle.Adaptive ? effort : JsonString.Literal("high"u8),
        _ => default,
    };

    private static JsonValue Display(JsonValue summary, bool isOwn)
    {
        if (!summary.IsPresent || isOwn) return summary;
        return summary.IsFalse || summary.AsString().Is("none"u8) ? JsonValue.Literal("\"omitted\""u8) : JsonValue.Literal("\"summarized\""u8);
    }
}
