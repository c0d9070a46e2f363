using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Reads the messages of a request, one turn each.</summary>
internal static class ChatMessageReader
{
    private const string Roles = "system, developer, user, assistant, tool, function";

    internal static void Read(Conversation conversation, JsonValue messages)
    {
        var lastCall = default(JsonString);
        var index = 0;
        foreach (var message in messages.Items)
        {
            var path = $"messages[{index}]";
            var role = Expect.String(Expect.Object(message, path).Member("role"u8), path + ".role");
            var turn = new Turn(Role(role, path), index);
            switch (turn.Role)
            {
                case TurnRole.Tool:
                    Result(turn, message, path, role.Is("function"u8), lastCall);
                    break;
                case TurnRole.Assistant:
                    Assistant(turn, message, path, ref lastCall);
                    break;
                default:
                    Content(turn.Parts, Required(message.Member("content"u8), path + ".content"), path, turn.Role);
                    break;
            }

            Rest(turn, message, path, role.Is("function"u8));
            conversation.Turns.Add(turn);
            index++;
        }
    }

    private static TurnRole Role(JsonString role, string path) => role switch
    {
        _ when role.Is("user"u8) => TurnRole.User,
        _ when role.Is("assistant"u8) => TurnRole.Assistant,
        _ when role.Is("system"u8) => TurnRole.System,
        _ when role.Is("developer"u8) => TurnRole.Developer,
        _ when role.Is("tool"u8) || role.Is("function"u8) => TurnRole.Tool,
        _ => throw Expect.Unknown(role, path + ".role", Roles),
    };

    private static void Result(Turn turn, JsonValue message, string path, bool isFunction, JsonString lastCall)
    {
        var content = message.Member("content"u8);
        var result = isFunction
            ? new ToolResultPart(lastCall.IsPresent ? lastCall : ChatLegacy.Id(turn.Index)) { Name = Expect.String(message.Member("name"u8), path + ".name") }
            : new ToolResultPart(Expect.String(message.Member("tool_call_id"u8), path + ".tool_call_id"));
        // OpenAI's document allows null to a function's result, not to a tool's.
        if (!isFunction || content.HasValue) Content(result.Content, Required(content, path + ".content"), path, TurnRole.Tool);
        turn.Parts.Add(result);
    }

    private static void Assistant(Turn turn, JsonValue message, string path, ref JsonString lastCall)
    {
        ChatReasoningReader.Read(turn, message, path);
        var content = message.Member("content"u8);
        if (content.HasValue) Content(turn.Parts, content, path, TurnRole.Assistant);
        var refusal = message.Member("refusal"u8);
        if (refusal.HasValue) turn.Parts.Add(new RefusalPart(Expect.String(refusal, path + ".refusal")));
        var calls = message.Member("tool_calls"u8);
        if (calls.HasValue)
        {
            var index = 0;
            foreach (var call in Expect.Array(calls, path + ".tool_calls").Items) Call(turn, call, $"{path}.tool_calls[{index++}]");
        }

        var function = message.Member("function_call"u8);
        if (!function.HasValue) return;
        lastCall = ChatLegacy.Id(turn.Index);
        path += ".function_call";
        turn.Parts.Add(new ToolCallPart(lastCall, Expect.String(Expect.Object(function, path).Member("name"u8), path + ".name"))
        {
            Arguments = Expect.String(function.Member("arguments"u8), path + ".arguments").ToUtf8(),
        });
    }

    private static void Call(Turn turn, JsonValue call, string path)
    {
        var id = Expect.String(Expect.Object(call, path).Member("id"u8), path + ".id");
        var type = call.Member("type"u8);
        // The type is required by OpenAI, but not every server that made the call wrote one.
        var isCustom = type.HasValue && Expect.String(type, path + ".type").Is("custom"u8);
        var inner = isCustom ? path + ".custom" : path + ".function";
        var body = Expect.Object(call.Member(isCustom ? "custom"u8 : "function"u8), inner);
        var arguments = Expect.String(body.Member(isCustom ? "input"u8 : "arguments"u8), inner + (isCustom ? ".input" : ".arguments"));
        var extra = call.Member("extra_content"u8);
        var signature = extra.Member("google"u8).Member("thought_signature"u8);
        if (signature.IsString)
            turn.Parts.Add(new ReasoningPart { Origin = ReasoningOrigin.Gemini, Signature = signature.AsString(), CallId = id });
        var part = new ToolCallPart(id, Expect.String(body.Member("name"u8), inner + ".name")) { Arguments = arguments.ToUtf8(), IsCustom = isCustom };
        foreach (var member in call.Members)
        {
            if (member.Is("id"u8) || member.Is("type"u8) || member.Is("function"u8) || member.Is("custom"u8) || member.Value.IsNull) continue;
            if (member.Is("cache_control"u8)) part.CacheControl = member.Value;
            // The position in a stream, which clients that gather chunks send along.
            else if (!member.Is("index"u8) && !(member.Is("extra_content"u8) && signature.IsString))
                (part.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name}"));
        }

        turn.Parts.Add(part);
    }

    private static void Content(List<ContentPart> parts, JsonValue content, string path, TurnRole role)
    {
        path += ".content";
        if (content.IsString)
        {
            // An empty text beside tool calls says nothing, and several vendors refuse it.
            if (!content.AsString().IsEmpty || role != TurnRole.Assistant) parts.Add(new TextPart(content.AsString()));
            return;
        }

        if (!content.IsArray) throw Expect.Wrong(content, path, "a string or an array of parts");
        if (content.IsEmptyContainer && role != TurnRole.Assistant)
            throw new DialectException(path, $"'{path}' must hold at least one part.");
        var index = 0;
        foreach (var item in content.Items)
        {
            parts.Add(ChatPartReader.Read(item, $"{path}[{index}]", index));
            index++;
        }
    }

    // What stands beside the known members: the name, the marker that LiteLLM and OpenRouter allow here, and what only this dialect knows.
    private static void Rest(Turn turn, JsonValue message, string path, bool isFunction)
    {
        foreach (var member in message.Members)
        {
            if (member.Value.IsNull || member.Is("role"u8) || member.Is("content"u8)) continue;
            if (member.Is("name"u8))
            {
                if (!isFunction) turn.Name = Expect.String(member.Value, path + ".name");
            }
            else if (member.Is("cache_control"u8) && turn.Parts.Count > 0) turn.Parts[^1].CacheControl = member.Value;
            else if (!IsKnown(member, turn.Role, isFunction))
                (turn.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name}"));
        }
    }

    private static bool IsKnown(JsonField member, TurnRole role, bool isFunction) => role switch
    {
        TurnRole.Tool => !isFunction && member.Is("tool_call_id"u8),
        TurnRole.Assistant => member.Is("tool_calls"u8) || member.Is("function_call"u8) || member.Is("refusal"u8)
            || member.Is("reasoning_content"u8) || member.Is("reasoning"u8) || member.Is("reasoning_details"u8)
            // Clients send back what they were answered; an empty list says nothing.
            || (member.Is("annotations"u8) && member.Value.IsEmptyContainer),
        _ => false,
    };

    private static JsonValue Required(JsonValue value, string path) =>
        value.HasValue ? value : throw Expect.Wrong(value, path, "a string or an array of parts");
}
