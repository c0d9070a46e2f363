using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// Writes how much the model is to think: <c>reasoning_effort</c> where the model goes by effort, the extensions <c>reasoning</c> and
/// <c>thinking</c> to compatible servers that host models with budgets.
/// </summary>
internal sealed class ChatReasoningWriter(RequestWriting writing)
{
    private readonly JsonOutput _json = writing.Json;
    private readonly bool _isOwn = writing.Conversation.Origin == Dialect.OpenAIChat;

    internal void Write()
    {
        var effort = writing.Peek(RequestField.ReasoningEffort);
        var budget = writing.Peek(RequestField.ReasoningBudget);
        var mode = writing.Peek(RequestField.ReasoningMode);
        if (!effort.IsPresent && !budget.IsPresent && !mode.IsPresent && !writing.Peek(RequestField.ReasoningSummary).IsPresent) return;
        var style = writing.Traits.Reasoning;
        var isKnown = writing.Traits.Family != ModelFamily.Unknown;
        if (!writing.Target.IsOpenAI && (style is not (ReasoningStyle.None or ReasoningStyle.Effort) || (_isOwn && !effort.IsPresent && (budget.IsPresent || mode.IsPresent))))
        {
            Extension(effort, budget, mode);
            return;
        }

        if (style == ReasoningStyle.None && isKnown && !_isOwn)
        {
            foreach (var field in (ReadOnlySpan<RequestField>)[RequestField.ReasoningEffort, RequestField.ReasoningBudget, RequestField.ReasoningMode])
                writing.Lose(field, "the model does not reason");
            return;
        }

        if (!_isOwn && !isKnown && !writing.Target.IsOpenAI) return; // nothing is known of server and model: reported at the end
        Effort(effort, budget, mode);
        Summary(isExtension: false);
    }

    private void Effort(JsonValue effort, JsonValue budget, JsonValue mode)
    {
        var isOff = mode.AsString().Is("disabled"u8);
        if (effort.IsPresent) _json.Member("reasoning_effort"u8, writing.Take(RequestField.ReasoningEffort));
        else if (isOff || budget.AsInt64() == 0) _json.Member("reasoning_effort"u8, Least());
        else if (budget.AsInt64() is { } tokens)
            _json.Member("reasoning_effort"u8, EffortBudget.ToEffort(tokens, writing.Peek(RequestField.MaxOutputTokens).AsInt64() ?? 0));
        // Said by the effort, or by saying nothing.
        writing.Take(RequestField.ReasoningMode);
        writing.Take(RequestField.ReasoningBudget);
    }

    // "none" came with gpt-5.1, "minimal" with gpt-5; the o-series and gpt-oss go down to "low" (https://platform.openai.com/docs/guides/reasoning).
    private ReadOnlySpan<byte> Least()
    {
        var model = writing.Target.Model.ToText();
        if (model.Contains("gpt-5.", StringComparison.OrdinalIgnoreCase)) return "none"u8;
        return model.Contains("gpt-5", StringComparison.OrdinalIgnoreCase) ? "minimal"u8 : "low"u8;
    }

    private void Extension(JsonValue effort, JsonValue budget, JsonValue mode)
    {
        var hasDisplay = writing.Peek(RequestField.ReasoningSummary).IsPresent;
        if (_isOwn && !effort.IsPresent && !hasDisplay && mode.IsPresent)
        {
            _json.BeginObject("thinking"u8).Member("type"u8, writing.Take(RequestField.ReasoningMode))
                .MemberIfPresent("budget_tokens"u8, writing.Take(RequestField.ReasoningBudget));
            Own("thinking.");
            _json.EndObject();
            return;
        }

        _json.BeginObject("reasoning"u8);
        _json.MemberIfPresent("effort"u8, writing.Take(RequestField.ReasoningEffort));
        // OpenRouter takes one of the two.
        if (!effort.IsPresent || _isOwn) _json.MemberIfPresent("max_tokens"u8, writing.Take(RequestField.ReasoningBudget));
        if (mode.IsPresent) _json.Member("enabled"u8, !writing.Take(RequestField.ReasoningMode).AsString().Is("disabled"u8));
        Summary(isExtension: true);
        Own("reasoning.");
        _json.EndObject();
    }

    private void Summary(bool isExtension)
    {
        var shown = writing.Peek(RequestField.ReasoningSummary);
        if (!shown.IsPresent) return;
        if (!isExtension)
        {
            writing.Lose(RequestField.ReasoningSummary, "chat completions show no summaries");
            return;
        }

        writing.Take(RequestField.ReasoningSummary);
        var isHidden = shown.IsFalse || shown.AsString().Is("omitted"u8);
        if (_isOwn && shown.IsString && !isHidden) _json.Member("summary"u8, shown);
        else _json.Member("exclude"u8, isHidden);
    }

    private void Own(string path)
    {
        if (!_isOwn) return;
        foreach (var field in writing.Conversation.Vendor.Where(f => f.Path.StartsWith(path, StringComparison.Ordinal)))
            _json.Member(field.Name.Span, field.Value);
    }
}
