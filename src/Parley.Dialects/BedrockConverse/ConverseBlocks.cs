using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Writes the blocks of messages and instructions.</summary>
internal sealed class ConverseBlocks(RequestWriting writing, CacheBreakpoints marks, ConverseCallIds ids)
{
    private readonly JsonOutput _json = writing.Json;
    private readonly ConverseMedia _media = new(writing);
    private readonly bool _isOwn = writing.Conversation.Origin == Dialect.BedrockConverse;

    /// <summary>Whether a part has a block in this model's request; reports it when not.</summary>
    internal static bool CanWrite(RequestWriting writing, Turn turn, ContentPart part)
    {
        if (writing.Conversation.Origin == Dialect.BedrockConverse) return true;
        switch (part)
        {
            case TextPart text:
                // "The text field in the ContentBlock object is blank": nothing is lost.
                return !IsBlank(text.Text);
            case MediaPart media when turn.Role == TurnRole.Assistant:
                writing.Lose(turn, media, "media", "only users show media");
                return false;
            case MediaPart media:
                return ConverseMedia.CanWrite(writing, turn, media, media);
            case ReasoningPart reasoning:
                return CanWrite(writing, turn, reasoning);
            case OpaquePart opaque:
                writing.Losses.Add(ConversationPaths.Of(writing.Conversation.Origin, turn, opaque, ""), $"only {opaque.Origin} has it", "content.other");
                return false;
            default:
                return true;
        }
    }

    internal void Write(Turn turn, ContentPart part)
    {
        switch (part)
        {
            case TextPart text:
                Text(turn, text);
                break;
            case RefusalPart refusal:
                _json.BeginObject().Member("text"u8, refusal.Text).EndObject();
                break;
            case MediaPart media:
                _media.Write(media, media.Vendor);
                break;
            case ToolCallPart call:
                Call(turn, call);
                break;
            case ToolResultPart result:
                Result(turn, result);
                break;
            case ReasoningPart reasoning:
                Reasoning(reasoning);
                break;
            case JsonPart value:
                _json.BeginObject().Member("text"u8, JsonString.Escape(value.Value.Span)).EndObject();
                break;
            case OpaquePart opaque:
                _json.Value(opaque.Raw);
                break;
        }

        if (ConverseCacheMarks.Of(marks, part) is not { IsPresent: true } mark) return;
        if (_isOwn || writing.Traits.TakesCachePoints) ConverseCacheMarks.Write(writing, mark);
        else writing.Lose(turn, part, "cache_control", "the model takes no cache points");
    }

    /// <summary>True for text of white space alone; looks at the whole only when it begins with some.</summary>
    internal static bool IsBlank(JsonString text)
    {
        var span = text.Span;
        if (span.IsEmpty) return true;
        return (span[0] is (byte)' ' or (byte)'\\') && string.IsNullOrWhiteSpace(text.ToText());
    }

    private static bool CanWrite(RequestWriting writing, Turn turn, ReasoningPart part)
    {
        var isClaude = writing.Traits.Family == ModelFamily.Claude;
        var isOurs = part.Origin == (isClaude ? ReasoningOrigin.Anthropic : ReasoningOrigin.Bedrock);
        // Claude wants its own signature back; the other models on Bedrock sign nothing.
        if (isOurs && (part.Redacted.IsPresent || (isClaude ? !part.Signature.IsEmpty : !part.Text.IsEmpty))) return true;
        writing.Lose(turn, part, "reasoning", isOurs ? "without its signature the model refuses it" : "another family's reasoning");
        return false;
    }

    private void Text(Turn turn, TextPart text)
    {
        if (text.Citations is { Count: > 0 } citations && citations.TrueForAll(citation => citation.Origin == Dialect.BedrockConverse))
        {
            _json.BeginObject().BeginObject("citationsContent"u8).BeginArray("content"u8).BeginObject().Member("text"u8, text.Text).EndObject().EndArray();
            _json.BeginArray("citations"u8);
            foreach (var citation in citations) _json.Value(citation.Raw);
            _json.EndArray().EndObject();
        }
        else
        {
            if (text.Citations is { Count: > 0 }) writing.Lose(turn, text, "citations", "another vendor's sources");
            _json.BeginObject().Member("text"u8, text.Text);
        }

        foreach (var field in writing.Vendor(text.Vendor)) _json.Member(field.Name.Span, field.Value);
        _json.EndObject();
    }

    private void Call(Turn turn, ToolCallPart call)
    {
        _json.BeginObject().BeginObject("toolUse"u8).Member("toolUseId"u8, ids.Of(call)).Member("name"u8, writing.ToolName(call.Name)).Name("input"u8);
        if (!ConverseArguments.Write(_json, call.Arguments)) writing.Lose(turn, call, "arguments", "no JSON object; sent inside one as _raw");
        _json.EndObject();
        foreach (var field in writing.Vendor(call.Vendor)) _json.Member(field.Name.Span, field.Value);
        _json.EndObject();
    }

    private void Result(Turn turn, ToolResultPart result)
    {
        _json.BeginObject().BeginObject("toolResult"u8).Member("toolUseId"u8, ids.Of(result)).BeginArray("content"u8);
        var isEmpty = true;
        foreach (var part in result.Content)
        {
            if (!CanWriteInside(turn, result, part)) continue;
            isEmpty = false;
            Inside(part);
        }

        // A call must be answered, and an empty text is refused.
        if (isEmpty && !_isOwn) _json.BeginObject().Member("text"u8, "."u8).EndObject();
        _json.EndArray();
        if (result.IsError && (_isOwn || TakesStatus)) _json.Member("status"u8, "error"u8);
        else if (result.IsError) writing.Lose(turn, result, "is_error", "this model's tool results have no status");
        else if (_isOwn && result.SaysIsError) _json.Member("status"u8, "success"u8);
        foreach (var field in writing.Vendor(result.Vendor)) _json.Member(field.Name.Span, field.Value);
        _json.EndObject().EndObject();
    }

    // API_runtime_ToolResultBlock: "only supported by Amazon Nova and Anthropic Claude 3 and 4 models"; others answer 400.
    private bool TakesStatus => writing.Traits.Family is ModelFamily.Claude or ModelFamily.Nova or ModelFamily.Unknown;

    private bool CanWriteInside(Turn turn, ToolResultPart result, ContentPart part)
    {
        if (_isOwn) return true;
        switch (part)
        {
            case TextPart text:
                return !IsBlank(text.Text);
            case MediaPart media:
                return ConverseMedia.CanWrite(writing, turn, result, media);
            case JsonPart:
                return true;
            default:
                writing.Lose(turn, result, "content", "Converse has no block for it inside a result");
                return false;
        }
    }

    private void Inside(ContentPart part)
    {
        switch (part)
        {
            case MediaPart media:
                _media.Write(media, media.Vendor);
                break;
            case OpaquePart opaque:
                _json.Value(opaque.Raw);
                break;
            // Nova and Claude take objects alone here.
            case JsonPart { Value: var value } when _isOwn || value.IsObject:
                _json.BeginObject().Member("json"u8, value).EndObject();
                break;
            case JsonPart { Value: var value }:
                _json.BeginObject().Member("text"u8, JsonString.Escape(value.Span)).EndObject();
                break;
            case TextPart text:
                _json.BeginObject().Member("text"u8, text.Text);
                foreach (var field in writing.Vendor(text.Vendor)) _json.Member(field.Name.Span, field.Value);
                _json.EndObject();
                break;
        }
    }

    private void Reasoning(ReasoningPart part)
    {
        _json.BeginObject().BeginObject("reasoningContent"u8);
        if (part.Redacted.IsPresent) _json.Member("redactedContent"u8, part.Redacted);
        else _json.BeginObject("reasoningText"u8).Member("text"u8, part.Text).MemberIfPresent("signature"u8, part.Signature).EndObject();
        _json.EndObject();
        foreach (var field in writing.Vendor(part.Vendor)) _json.Member(field.Name.Span, field.Value);
        _json.EndObject();
    }
}
