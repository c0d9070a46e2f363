using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Writes the parts of an answer, each with the thought signature that belongs to it.</summary>
internal static class GeminiParts
{
    internal static void Text(JsonOutput json, JsonString text, bool isThought, JsonString signature)
    {
        json.BeginObject().Member("text"u8, text);
        if (isThought) json.Member("thought"u8, true);
        json.MemberIfPresent("thoughtSignature"u8, signature).EndObject();
    }

    /// <summary>Writes a call; arguments that are no object are wrapped, since Google's are a Struct.</summary>
    internal static void Call(JsonOutput json, JsonString id, JsonString name, ReadOnlyMemory<byte> arguments, bool isCustom, JsonString signature)
    {
        json.BeginObject().BeginObject("functionCall"u8);
        json.MemberIfPresent("id"u8, id).Member("name"u8, name).Name("args"u8);
        if (isCustom) json.BeginObject().Member("input"u8, JsonString.Escape(arguments.Span)).EndObject();
        else GeminiArguments.Write(arguments, json);
        json.EndObject().MemberIfPresent("thoughtSignature"u8, signature).EndObject();
    }

    internal static void Media(JsonOutput json, MediaPart media, JsonString signature)
    {
        json.BeginObject();
        GeminiMedia.Write(media, withName: false, json);
        json.MemberIfPresent("thoughtSignature"u8, signature).EndObject();
    }

    /// <summary>Reports a block of another vendor's.</summary>
    internal static void Lose(JsonValue raw, LossReport losses)
    {
        var type = raw.Member("type"u8).AsString();
        var path = IsWellKnown(type.Span) ? "reply.content." + type.ToText() : "reply.content.other";
        losses.Add(path, "Gemini has no word for it", path);
    }

    private static bool IsWellKnown(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("server_tool_use"u8) || type.SequenceEqual("web_search_tool_result"u8)
        || type.SequenceEqual("web_fetch_tool_result"u8) || type.SequenceEqual("code_execution_tool_result"u8)
        || type.SequenceEqual("web_search_call"u8) || type.SequenceEqual("code_interpreter_call"u8)
        || type.SequenceEqual("file_search_call"u8) || type.SequenceEqual("image_generation_call"u8)
        || type.SequenceEqual("mcp_call"u8) || type.SequenceEqual("computer_call"u8);
}
