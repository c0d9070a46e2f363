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

        if (!_isOwn && !isKnown && !writing.Target.IsOpenAI) return; // nothing is known of server and model: reported at the end
        if (_isOwn && OpenAIEffort.IsTaken(writing))
        {
            _json.Member("reasoning_effort"u8, writing.Take(RequestField.ReasoningEffort));
            // Said by the effort.
            writing.Take(RequestField.ReasoningMode);
            writing.Take(RequestField.ReasoningBudget);
        }
        else _json.MemberIfPresent("reasoning_effort"u8, OpenAIEffort.Of(writing));

        Summary(isExtension: false);
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
