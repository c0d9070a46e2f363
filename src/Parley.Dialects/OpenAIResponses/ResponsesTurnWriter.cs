using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Writes one turn: what is said side by side as one message, calls, results and thoughts as items of their own.</summary>
internal static class ResponsesTurnWriter
{
    internal static void Write(RequestWriting writing, Turn turn, TurnRole role, bool isOwn)
    {
        if (turn.Name.IsPresent) writing.Lose(turn, null, "name", "Responses has no names of speakers");
        if (turn.Parts.Count == 0 && isOwn) Message(writing, turn, role, 0, 0, isOwn);
        for (var at = 0; at < turn.Parts.Count;)
        {
            var end = at;
            while (end < turn.Parts.Count && IsContent(turn.Parts[end], isOwn)) end++;
            if (end > at) Message(writing, turn, role, at, end, isOwn);
            else if (turn.Parts[at] is ReasoningPart) end = ResponsesReasoningWriter.Write(writing, turn, at, isOwn);
            else Item(writing, turn, turn.Parts[end++], isOwn);
            at = end;
        }

        if (!isOwn) foreach (var _ in writing.Vendor(turn.Vendor)) { }
    }

    /// <summary>Reports what hangs on a part and has no words here.</summary>
    internal static void ReportMarks(RequestWriting writing, Turn turn, ContentPart part)
    {
        if (part.CacheControl.HasValue) writing.Lose(turn, part, "cache_control", "OpenAI caches without marks");
    }

    private static bool IsContent(ContentPart part, bool isOwn) => part switch
    {
        ToolCallPart or ToolResultPart or ReasoningPart => false,
        // An item of the vendor's own stands by itself; a content block of its own stands in its message.
        OpaquePart => !isOwn || part.Index >= 0,
        _ => true,
    };

    private static void Item(RequestWriting writing, Turn turn, ContentPart part, bool isOwn)
    {
        ReportMarks(writing, turn, part);
        var json = writing.Json;
        switch (part)
        {
            case OpaquePart opaque:
                json.Value(opaque.Raw);
                break;
            case ToolCallPart call:
                json.BeginObject().Member("type"u8, call.IsCustom ? "custom_tool_call"u8 : "function_call"u8);
                if (isOwn) json.MemberIfPresent("id"u8, call.ItemId);
                json.Member("call_id"u8, isOwn ? call.Id : ToolIds.Safe(call.Id)).Member("name"u8, writing.ToolName(call.Name));
                var arguments = call.Arguments.IsEmpty && !isOwn && !call.IsCustom
                    ? JsonString.Literal("{}"u8) : JsonString.Escape(call.Arguments.Span);
                json.Member(call.IsCustom ? "input"u8 : "arguments"u8, arguments);
                Vendor(writing, part);
                json.EndObject();
                break;
            case ToolResultPart result:
                Result(writing, turn, result, isOwn);
                break;
        }
    }

    private static void Result(RequestWriting writing, Turn turn, ToolResultPart result, bool isOwn)
    {
        var json = writing.Json;
        var isCustom = result.IsCustom || (!isOwn && writing.IsCustomCall(result.CallId));
        if (result.IsError) writing.Lose(turn, result, "is_error", "Responses has no mark for a tool that failed");
        json.BeginObject().Member("type"u8, isCustom ? "custom_tool_call_output"u8 : "function_call_output"u8)
            .Member("call_id"u8, isOwn ? result.CallId : ToolIds.Safe(result.CallId)).Name("output"u8);
        if (result.Content is [TextPart text] && (!isOwn || text.Index < 0)) json.Value(text.Text);
        else if (result.Content is [JsonPart value]) json.Value(JsonString.Escape(value.Value.Span));
        else if (result.Content.Count == 0 && !isOwn) json.Value(""u8);
        else
        {
            json.BeginArray();
            foreach (var part in result.Content) ResponsesContentWriter.Write(writing, turn, part, isAssistant: false, isOwn);
            json.EndArray();
        }

        Vendor(writing, result);
        json.EndObject();
    }

    private static void Message(RequestWriting writing, Turn turn, TurnRole role, int from, int to, bool isOwn)
    {
        var json = writing.Json;
        // A part that has no form here must not leave an empty message behind.
        if (!isOwn && !turn.Parts[from..to].Exists(part =>
            ResponsesContentWriter.CanWrite(writing, turn, part, role == TurnRole.Assistant))) return;
        json.BeginObject();
        if (!isOwn) json.Member("type"u8, "message"u8);
        json.Member("role"u8, role switch
        {
            TurnRole.Assistant => "assistant"u8,
            TurnRole.System => "system"u8,
            TurnRole.Developer => "developer"u8,
            _ => "user"u8,
        });
        if (isOwn) json.MemberIfPresent("id"u8, turn.Id);
        json.MemberIfPresent("phase"u8, turn.Phase).Name("content"u8);
        if (isOwn && turn.Parts is [TextPart { Index: < 0 } bare]) json.Value(bare.Text);
        else
        {
            json.BeginArray();
            for (var i = from; i < to; i++) ResponsesContentWriter.Write(writing, turn, turn.Parts[i], role == TurnRole.Assistant, isOwn);
            json.EndArray();
        }

        if (isOwn)
        {
            foreach (var field in turn.Vendor ?? []) json.Member(field.Name.Span, field.Value);
        }

        json.EndObject();
    }

    private static void Vendor(RequestWriting writing, ContentPart part)
    {
        foreach (var field in writing.Vendor(part.Vendor)) writing.Json.Member(field.Name.Span, field.Value);
    }
}
