using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Writes parts as content blocks of a request.</summary>
internal static class MessagesBlockWriter
{
    /// <summary>Whether a part can be written; reports it when it cannot. Empty text, which Anthropic refuses, is no loss.</summary>
    internal static bool CanWrite(RequestWriting writing, Turn turn, ContentPart part)
    {
        var isOwn = writing.Conversation.Origin == Dialect.AnthropicMessages;
        switch (part)
        {
            case TextPart text:
                return isOwn || !text.Text.IsEmpty;
            case RefusalPart refusal:
                return !refusal.Text.IsEmpty;
            case ReasoningPart { Origin: ReasoningOrigin.Anthropic } thought when !thought.Signature.IsEmpty || !thought.Redacted.IsEmpty:
                return true;
            case ReasoningPart thought:
                writing.Lose(turn, part, "reasoning", thought.Origin is ReasoningOrigin.None or ReasoningOrigin.Anthropic
                    ? "Anthropic takes back only thoughts that Claude signed" : $"only {thought.Origin} can read it");
                return false;
            case MediaPart media:
                return MessagesMediaWriter.CanWrite(writing, turn, media);
            case OpaquePart { Origin: not Dialect.AnthropicMessages } opaque:
                writing.Losses.Add(ConversationPaths.Of(writing.Conversation.Origin, turn, part, opaque.Type.ToText()), $"only {opaque.Origin} has it", "content.other");
                return false;
            default:
                return true;
        }
    }

    internal static void Write(RequestWriting writing, Turn turn, ContentPart part, JsonValue mark)
    {
        var json = writing.Json;
        switch (part)
        {
            case OpaquePart opaque:
                json.Value(opaque.Raw);
                return;
            case MediaPart { Vendor: [{ Name: var name, Value: var block }] } when name.Is(MessagesBlockReader.WholeBlock) && IsOwn(writing):
                json.Value(block);
                return;
        }

        json.BeginObject();
        switch (part)
        {
            case TextPart text:
                json.Member("type"u8, "text"u8).Member("text"u8, text.Text);
                Citations(writing, turn, text);
                break;
            case RefusalPart refusal:
                json.Member("type"u8, "text"u8).Member("text"u8, refusal.Text);
                break;
            case JsonPart value:
                json.Member("type"u8, "text"u8).Member("text"u8, JsonString.Escape(value.Value.Span));
                break;
            case ReasoningPart { Redacted.IsPresent: true } thought:
                json.Member("type"u8, "redacted_thinking"u8).Member("data"u8, thought.Redacted);
                break;
            case ReasoningPart thought:
                json.Member("type"u8, "thinking"u8).Member("thinking"u8, thought.Text).Member("signature"u8, thought.Signature);
                break;
            case MediaPart media:
                MessagesMediaWriter.Write(writing, media);
                break;
            case ToolCallPart call:
                ToolCall(writing, turn, call);
                break;
            case ToolResultPart result:
                if (!mark.IsPresent) mark = Hoisted(writing, result);
                ToolResult(writing, turn, result);
                break;
        }

        CacheControl(writing, turn, part, mark);
        foreach (var field in writing.Vendor(part.Vendor)) json.Member(field.Name.Span, field.Value);
        json.EndObject();
    }

    /// <summary>The arguments as the object that Anthropic demands; what is none is wrapped and reported.</summary>
    internal static void Input(JsonOutput json, ToolCallPart call, Action? onWrapped)
    {
        if (call.IsCustom)
        {
            json.BeginObject().Member("input"u8, JsonString.Escape(call.Arguments.Span)).EndObject();
        }
        else if (call.Arguments.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            json.BeginObject().EndObject();
        }
        else if (JsonValue.TryParse(call.Arguments, out var input) && input.IsObject)
        {
            json.Value(input);
        }
        else
        {
            onWrapped?.Invoke();
            json.BeginObject().Member("_raw"u8, JsonString.Escape(call.Arguments.Span)).EndObject();
        }
    }

    private static bool IsOwn(RequestWriting writing) => writing.Conversation.Origin == Dialect.AnthropicMessages;

    private static void Citations(RequestWriting writing, Turn turn, TextPart text)
    {
        if (text.Citations is not { Count: > 0 } citations) return;
        // The web's locations carry an index that only Anthropic's own search makes; without it they would be refused.
        if (!citations.TrueForAll(citation => citation.Origin == Dialect.AnthropicMessages))
        {
            writing.Lose(turn, text, "annotations", "Anthropic takes back only its own citations");
            return;
        }

        writing.Json.BeginArray("citations"u8);
        foreach (var citation in citations) writing.Json.Value(citation.Raw);
        writing.Json.EndArray();
    }

    private static void ToolCall(RequestWriting writing, Turn turn, ToolCallPart call)
    {
        writing.Json.Member("type"u8, "tool_use"u8).Member("id"u8, IsOwn(writing) ? call.Id : ToolIds.Safe(call.Id)).Member("name"u8, writing.ToolName(call.Name));
        writing.Json.Name("input"u8);
        Input(writing.Json, call, () => writing.Lose(turn, call, "arguments", "no JSON object: sent as a text inside one"));
    }

    private static void ToolResult(RequestWriting writing, Turn turn, ToolResultPart result)
    {
        var json = writing.Json;
        var isOwn = IsOwn(writing);
        json.Member("type"u8, "tool_result"u8).Member("tool_use_id"u8, isOwn ? result.CallId : ToolIds.Safe(result.CallId));
        if (result.Content is [TextPart { Vendor: null } text] && (!isOwn || (text.Index < 0 && !text.CacheControl.IsPresent)))
        {
            json.Member("content"u8, text.Text);
        }
        else if (result.Content.Count > 0)
        {
            json.BeginArray("content"u8);
            foreach (var inner in result.Content)
            {
                if (!CanWrite(writing, turn, inner)) continue;
                Write(writing, turn, inner, isOwn ? inner.CacheControl : default);
            }

            json.EndArray();
        }

        if (result.IsError || (isOwn && result.SaysIsError)) json.Member("is_error"u8, result.IsError);
    }

    // A mark inside a result is put behind the whole of it: the same prefix is cached.
    private static JsonValue Hoisted(RequestWriting writing, ToolResultPart result)
    {
        if (IsOwn(writing)) return default;
        foreach (var inner in result.Content)
        {
            if (inner.CacheControl.IsPresent) return inner.CacheControl;
        }

        return default;
    }

    private static void CacheControl(RequestWriting writing, Turn turn, ContentPart part, JsonValue mark)
    {
        if (!mark.IsPresent) return;
        var mayMark = MessagesToolWriter.TakesCachePoints(writing) && (IsOwn(writing) || part is not ReasoningPart);
        if (mayMark) writing.Json.Member("cache_control"u8, mark);
        else writing.Lose(turn, part, "cache_control", "the model has no cache points there");
    }
}
