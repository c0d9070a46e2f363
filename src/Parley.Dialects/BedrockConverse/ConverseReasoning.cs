using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.BedrockConverse;

/// <summary>
/// How the model is told to think, among <c>additionalModelRequestFields</c>: Claude by <c>thinking</c> and <c>output_config.effort</c>,
/// Nova 2 by <c>reasoningConfig</c>, gpt-oss and others that take an effort by <c>reasoning_effort</c>.
/// </summary>
internal sealed class ConverseReasoning
{
    // What a limit is taken for when neither the caller nor the table of models names one; only the budget's share of it matters.
    private const long FallbackLimit = 4096;

    private readonly ModelFamily _family;
    private JsonString _mode;
    private JsonString _effort;
    private JsonValue _budget;
    private JsonValue _display;

    private ConverseReasoning(ModelFamily family) => _family = family;

    /// <summary>True when the model will think, which on Claude forbids forced tools and sampling settings.</summary>
    internal bool IsOn => _mode.Is("enabled"u8) || _mode.Is("adaptive"u8);

    /// <summary>Nova 2 with the highest effort takes neither temperature, top_p nor a limit (nova2-userguide, "Extended thinking").</summary>
    internal bool ForbidsLimits => _family == ModelFamily.Nova && IsOn && _effort.Is("high"u8);

    /// <summary>The limit of the answer that a budget of ours was counted from, and which must be sent with it; null without one.</summary>
    internal long? Limit { get; private set; }

    internal bool HasFields => !_mode.IsEmpty || !_effort.IsEmpty;

    internal static ConverseReasoning Plan(RequestWriting writing, ConverseMessages messages)
    {
        var plan = new ConverseReasoning(writing.Traits.Family);
        var mode = writing.Peek(RequestField.ReasoningMode).AsString();
        var effort = writing.Peek(RequestField.ReasoningEffort).AsString();
        var budget = writing.Peek(RequestField.ReasoningBudget).AsInt64();
        if (mode.IsEmpty && effort.IsEmpty && budget is null) return plan;
        if (writing.Conversation.Origin == Dialect.BedrockConverse) return plan.AsItCame(writing, mode, effort);

        var style = writing.Traits.Reasoning;
        if (mode.Is("disabled"u8) || effort.Is("none"u8) || budget == 0)
        {
            Take(writing);
            if (!writing.Traits.CanStopReasoning) LoseAll(writing, "the model always thinks");
            return plan;
        }

        if (style is ReasoningStyle.None or ReasoningStyle.Level)
        {
            LoseAll(writing, "the model cannot be told to think");
            return plan;
        }

        Take(writing);
        var limit = writing.Peek(RequestField.MaxOutputTokens).AsInt64()
            ?? (writing.Traits.MostOutputTokens > 0 ? writing.Traits.MostOutputTokens : FallbackLimit);
        if (style == ReasoningStyle.Effort) plan.ByEffort(effort, budget, limit);
        else if (style is ReasoningStyle.Adaptive || (style == ReasoningStyle.AdaptiveOrBudget && budget is not > 0)) plan.Adaptive(writing, effort, budget, limit);
        else plan.ByBudget(writing, messages, effort, budget, limit);
        return plan;
    }

    internal void Write(JsonOutput json)
    {
        if (_family == ModelFamily.Nova)
        {
            if (!HasFields) return;
            json.BeginObject("reasoningConfig"u8);
            if (!_mode.IsEmpty) json.Member("type"u8, _mode);
            if (!_effort.IsEmpty) json.Member("maxReasoningEffort"u8, _effort);
            json.EndObject();
            return;
        }

        if (!_mode.IsEmpty)
            json.BeginObject("thinking"u8).Member("type"u8, _mode).MemberIfPresent("budget_tokens"u8, _budget).MemberIfPresent("display"u8, _display).EndObject();
        if (_effort.IsEmpty) return;
        if (_family == ModelFamily.Claude) json.BeginObject("output_config"u8).Member("effort"u8, _effort).EndObject();
        else json.Member("reasoning_effort"u8, _effort);
    }

    private ConverseReasoning AsItCame(RequestWriting writing, JsonString mode, JsonString effort)
    {
        Take(writing);
        (_mode, _effort) = (mode, effort);
        _budget = writing.Peek(RequestField.ReasoningBudget);
        _display = writing.Peek(RequestField.ReasoningSummary);
        return this;
    }

    // low, medium and high are all that Nova and gpt-oss know.
    private void ByEffort(JsonString effort, long? budget, long limit)
    {
        if (effort.IsEmpty && budget is { } tokens) effort = EffortBudget.ToEffort(tokens, limit);
        _effort = effort.Is("minimal"u8) || effort.Is("low"u8) ? JsonString.Literal("low"u8)
            : effort.Is("high"u8) || effort.Is("xhigh"u8) || effort.Is("max"u8) ? JsonString.Literal("high"u8)
            : JsonString.Literal("medium"u8);
        if (_family == ModelFamily.Nova) _mode = JsonString.Literal("enabled"u8);
    }

    private void Adaptive(RequestWriting writing, JsonString effort, long? budget, long limit)
    {
        _mode = JsonString.Literal("adaptive"u8);
        if (effort.IsEmpty && budget is > 0) effort = EffortBudget.ToEffort(budget.Value, limit);
        // low, medium, high and max; xhigh from Opus 4.7 on, the first of the models that think adaptively alone.
        _effort = effort.Is("minimal"u8) ? JsonString.Literal("low"u8)
            : effort.Is("xhigh"u8) && writing.Traits.Reasoning != ReasoningStyle.Adaptive ? JsonString.Literal("high"u8)
            : effort.Is("auto"u8) ? default
            : effort;
        _display = Display(writing.Peek(RequestField.ReasoningSummary));
    }

    // Opus 4.5 knows an effort too, but on Bedrock only behind a beta; the budget says the same.
    private void ByBudget(RequestWriting writing, ConverseMessages messages, JsonString effort, long? budget, long limit)
    {
        var word = effort.IsEmpty || effort.Is("auto"u8) ? JsonString.Literal("medium"u8) : effort;
        var tokens = budget > 0
            ? EffortBudget.Clamp(budget.Value, limit, writing.Traits.LeastBudget, writing.Traits.MostBudget)
            : EffortBudget.ToBudget(word, limit, writing.Traits.LeastBudget, writing.Traits.MostBudget);
        if (tokens is null)
        {
            LoseAll(writing, "the limit of the answer leaves no room for a thinking budget");
            return;
        }

        // Claude with a budget wants an open turn of calls to begin with its signed thought, which a foreign history does not have
        // ("Expected `thinking` or `redacted_thinking`, but found `tool_use`"). Adaptive thinking has no such rule.
        if (_family == ModelFamily.Claude && messages.HasUnsignedToolTurn)
        {
            LoseAll(writing, "the open tool call has no signed thought to begin with");
            return;
        }

        _mode = JsonString.Literal("enabled"u8);
        _budget = JsonValue.Number(tokens.Value);
        Limit = limit;
    }

    private static void Take(RequestWriting writing)
    {
        writing.Take(RequestField.ReasoningMode);
        writing.Take(RequestField.ReasoningEffort);
        writing.Take(RequestField.ReasoningBudget);
        writing.Take(RequestField.ReasoningSummary);
    }

    private static void LoseAll(RequestWriting writing, string reason)
    {
        writing.Lose(RequestField.ReasoningMode, reason);
        writing.Lose(RequestField.ReasoningEffort, reason);
        writing.Lose(RequestField.ReasoningBudget, reason);
        writing.Lose(RequestField.ReasoningSummary, reason);
    }

    private static JsonValue Display(JsonValue summary)
    {
        if (!summary.IsPresent) return summary;
        var isHidden = summary.IsFalse || summary.AsString().Is("none"u8) || summary.AsString().Is("omitted"u8);
        return isHidden ? JsonValue.Literal("\"omitted\""u8) : JsonValue.Literal("\"summarized\""u8);
    }
}
