using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.GeminiContent;

/// <summary>Writes <c>systemInstruction</c> and <c>contents</c>.</summary>
internal sealed class GeminiContentWriter(RequestWriting writing)
{
    private readonly bool _isOwn = writing.Conversation.Origin == Dialect.GeminiContent;
    private readonly Dictionary<JsonString, JsonString> _names = [];
    private readonly JsonOutput _json = writing.Json;

    internal void Write()
    {
        var drafting = new GeminiDrafting(writing);
        drafting.Run();
        WriteSystem(drafting.System);
        var thinksByLevel = writing.Traits.Reasoning == ReasoningStyle.Level;
        var question = drafting.Contents.FindLastIndex(IsQuestion);
        _json.BeginArray("contents"u8);
        for (var i = 0; i < drafting.Contents.Count; i++)
        {
            var content = drafting.Contents[i];
            foreach (var (_, part) in content.Parts)
            {
                if (part is ToolCallPart call && call.Id.IsPresent) _names[call.Id] = call.Name;
            }

            _json.BeginObject().Member("role"u8, content.RoleWord).BeginArray("parts"u8);
            // Gemini 3 answers 400 when the first call of a step of the current turn has no signature.
            WriteParts(content, thinksByLevel && i > question && content.Role == TurnRole.Assistant);
            _json.EndArray();
            foreach (var field in content.Vendor ?? []) _json.Name(field.Name.Span).Value(field.Value);
            _json.EndObject();
        }

        _json.EndArray();
    }

    private static bool IsQuestion(GeminiContentDraft content) =>
        content is { Role: TurnRole.User, IsResults: false } && content.Parts.Exists(part => part.Part is not ToolResultPart);

    private void WriteSystem(List<(Turn Turn, ContentPart Part)> parts)
    {
        if (parts.Count == 0) return;
        _json.BeginObject("systemInstruction"u8).BeginArray("parts"u8);
        foreach (var (turn, part) in parts) WritePart(turn, part, default);
        _json.EndArray();
        if (_isOwn)
        {
            foreach (var field in parts[0].Turn.Vendor ?? []) _json.Name(field.Name.Span).Value(field.Value);
        }

        _json.EndObject();
    }

    private void WriteParts(GeminiContentDraft content, bool needsSignature)
    {
        var byCall = new Dictionary<JsonString, JsonString>();
        var calls = new HashSet<JsonString>();
        foreach (var (_, part) in content.Parts)
        {
            if (part is ToolCallPart { Id: var id }) calls.Add(id);
            if (IsStamp(part, out var stamp) && stamp.CallId.IsPresent) byCall[stamp.CallId] = stamp.Signature;
        }

        ReasoningPart? held = null;
        foreach (var (turn, part) in content.Parts)
        {
            if (IsStamp(part, out var stamp))
            {
                if (stamp.CallId.IsPresent && calls.Contains(stamp.CallId)) continue;
                if (held is not null) Bare(held);
                held = stamp;
                continue;
            }

            JsonString signature = default;
            if (held is not null)
            {
                // Google's own request tells which part it stood on; elsewhere it stood in front of its part.
                if (part is not ReasoningPart && (!_isOwn || held.Index == part.Index)) signature = held.Signature;
                else Bare(held);
                held = null;
            }

            if (part is ToolCallPart called)
            {
                if (byCall.TryGetValue(called.Id, out var own)) signature = own;
                else if (needsSignature && !signature.IsPresent) signature = new JsonString(GeminiSignature.Skip.ToArray());
                needsSignature = false;
            }

            WritePart(turn, part, signature);
        }

        if (held is not null) Bare(held);
    }

    // A signature without words stands for one that another part had. Google's own thoughts may be empty all the same.
    private bool IsStamp(ContentPart part, out ReasoningPart stamp)
    {
        stamp = (part as ReasoningPart)!;
        return stamp is { Signature.IsEmpty: false, Text.IsEmpty: true } && !(_isOwn && stamp.Text.IsPresent);
    }

    private void Bare(ReasoningPart stamp) => GeminiParts.Text(_json, JsonString.Literal(""u8), false, stamp.Signature);

    private void WritePart(Turn turn, ContentPart part, JsonString signature)
    {
        if (part is OpaquePart opaque)
        {
            _json.Value(opaque.Raw);
            return;
        }

        _json.BeginObject();
        switch (part)
        {
            case TextPart text:
                _json.Member("text"u8, text.Text);
                break;
            case RefusalPart refusal:
                _json.Member("text"u8, refusal.Text);
                break;
            case ReasoningPart thought:
                _json.Member("text"u8, thought.Text).Member("thought"u8, true);
                signature = thought.Signature;
                break;
            case MediaPart media:
                WriteMedia(turn, media);
                break;
            case JsonPart value:
                _json.Member("text"u8, JsonString.Escape(value.Value.Span));
                break;
            case ToolCallPart call:
                WriteCall(turn, call);
                break;
            case ToolResultPart result:
                WriteResult(turn, result);
                break;
        }

        if (!signature.IsEmpty) _json.Member("thoughtSignature"u8, signature);
        if (_isOwn)
        {
            foreach (var field in part.Vendor ?? []) _json.Name(field.Name.Span).Value(field.Value);
        }

        _json.EndObject();
    }

    private void WriteMedia(Turn turn, MediaPart media)
    {
        if (media.Source == MediaSourceKind.Text)
        {
            _json.Member("text"u8, media.Data);
        }
        else if (media.Source == MediaSourceKind.Url && media.Data.StartsWith("data:"u8))
        {
            GeminiMedia.Write(FromDataUrl(turn, media), _isOwn, _json);
        }
        else
        {
            GeminiMedia.Write(media, _isOwn, _json);
        }
    }

    private MediaPart FromDataUrl(Turn turn, MediaPart media)
    {
        var raw = media.Data.Raw;
        var comma = raw.Span.IndexOf((byte)',');
        var header = comma < 0 ? default : raw.Span[5..comma];
        if (!header.EndsWith(";base64"u8))
        {
            var path = ConversationPaths.Of(writing.Conversation.Origin, turn, media, "");
            throw new DialectException(path, $"'{path}' must be a data URL of base64.");
        }

        var type = header[..header.IndexOf((byte)';')];
        return new MediaPart(media.Media, MediaSourceKind.Base64, new JsonString(raw[(comma + 1)..]))
        {
            MediaType = type.IsEmpty ? media.MediaType : new JsonString(type.ToArray()),
        };
    }

    private void WriteCall(Turn turn, ToolCallPart call)
    {
        _json.BeginObject("functionCall"u8);
        if (!call.IsIdMade) _json.MemberIfPresent("id"u8, call.Id);
        _json.Member("name"u8, writing.ToolName(call.Name));
        if (call.IsCustom)
        {
            _json.BeginObject("args"u8).Member("input"u8, JsonString.Escape(call.Arguments.Span)).EndObject();
        }
        else if (!_isOwn || !call.Arguments.IsEmpty)
        {
            _json.Name("args"u8);
            if (!GeminiArguments.Write(call.Arguments, _json)) writing.Lose(turn, call, "arguments", "not an object: wrapped as _raw");
        }

        _json.EndObject();
    }

    private void WriteResult(Turn turn, ToolResultPart result)
    {
        _json.BeginObject("functionResponse"u8);
        if (!result.IsIdMade) _json.MemberIfPresent("id"u8, result.CallId);
        _json.Member("name"u8, writing.ToolName(NameOf(turn, result)));
        GeminiResponse.Write(writing, turn, result, _json);
        _json.EndObject();
    }

    private JsonString NameOf(Turn turn, ToolResultPart result)
    {
        if (result.Name.IsPresent) return result.Name;
        if (_names.TryGetValue(result.CallId, out var name)) return name;
        var path = ConversationPaths.Of(writing.Conversation.Origin, turn, result, "");
        throw new DialectException(path, $"'{path}' answers the call '{result.CallId}', which is not among the calls before it.");
    }
}
