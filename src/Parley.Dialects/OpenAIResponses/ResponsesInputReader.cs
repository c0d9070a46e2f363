using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Reads the items of <c>input</c>, one turn for each.</summary>
internal static class ResponsesInputReader
{
    internal static void Read(Conversation conversation, JsonValue input)
    {
        var index = 0;
        foreach (var item in input.Items) conversation.Turns.Add(Item(conversation, item, index++));
    }

    private static Turn Item(Conversation conversation, JsonValue item, int index)
    {
        if (!item.IsObject) throw Expect.Wrong(item, $"input[{index}]", "an object");
        var typed = item.Member("type"u8);
        var type = typed.HasValue ? Text(typed, index, "type") : default;
        if (type.Is("message"u8) || (!type.IsPresent && item.Member("role"u8).IsPresent)) return Message(item, index);
        if (type.Is("function_call"u8)) return Call(item, index, "arguments"u8);
        if (type.Is("custom_tool_call"u8)) return Call(item, index, "input"u8);
        if (type.Is("function_call_output"u8)) return Result(item, index, isCustom: false);
        if (type.Is("custom_tool_call_output"u8)) return Result(item, index, isCustom: true);
        if (type.Is("reasoning"u8)) return ResponsesReasoningReader.Read(item, index);
        if (!type.IsPresent && !item.Member("id"u8).IsString) throw Expect.Wrong(typed, $"input[{index}].type", "a string");
        // A thought that is named alone was ours to keep: without it the conversation is poorer, but still this one.
        var isThought = !type.Is("compaction"u8) && item.Member("id"u8).AsString().Span.StartsWith("rs_"u8);
        if (!isThought && (!type.IsPresent || type.Is("item_reference"u8) || type.Is("compaction"u8)))
        {
            var message = $"'input[{index}]' cannot be used with this model: what it stands for can be read by OpenAI alone. "
                + "Send the item itself (and 'store': false, where a library asks).";
            conversation.Untranslatable.Add(new TranslationObstacle($"input[{index}]", message));
        }

        var isOutput = type.Span.EndsWith("_output"u8) || type.Span.EndsWith("_response"u8);
        var turn = new Turn(isOutput ? TurnRole.User : TurnRole.Assistant, index);
        turn.Parts.Add(new OpaquePart(Dialect.OpenAIResponses, type.IsPresent ? type : JsonString.Literal("item_reference"u8), item));
        return turn;
    }

    private static Turn Message(JsonValue item, int index)
    {
        var turn = new Turn(Role(item.Member("role"u8), index), index);
        JsonValue content = default;
        foreach (var member in item.Members)
        {
            if (member.Is("role"u8)) continue;
            if (member.Is("content"u8)) content = member.Value;
            else if (member.Is("phase"u8) && member.Value.HasValue) turn.Phase = Text(member.Value, index, "phase");
            else if (member.Is("id"u8) && member.Value.HasValue) turn.Id = Text(member.Value, index, "id");
            else if (member.Is("type"u8) || member.Is("status"u8) || !member.Value.HasValue)
                (turn.Vendor ??= []).Add(ResponsesRequestReader.Silent(member));
            else (turn.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"input[{index}].{member.Name}"));
        }

        if (content.IsString) turn.Parts.Add(new TextPart(content.AsString()));
        else if (content.IsArray)
            ResponsesContentReader.Read(content, turn.Parts, $"input[{index}].content", turn.Role == TurnRole.Assistant);
        else throw Expect.Wrong(content, $"input[{index}].content", "a string or an array");
        return turn;
    }

    private static TurnRole Role(JsonValue value, int index)
    {
        var role = Text(value, index, "role");
        return role.Is("user"u8) ? TurnRole.User
            : role.Is("assistant"u8) ? TurnRole.Assistant
            : role.Is("system"u8) ? TurnRole.System
            : role.Is("developer"u8) ? TurnRole.Developer
            : throw Expect.Unknown(role, $"input[{index}].role", "user, assistant, system, developer");
    }

    private static Turn Call(JsonValue item, int index, ReadOnlySpan<byte> argumentsName)
    {
        JsonString id = default, itemId = default, name = default, arguments = default;
        List<VendorField>? vendor = null;
        foreach (var member in item.Members)
        {
            if (member.Is("type"u8)) continue;
            if (member.Is("call_id"u8)) id = Text(member.Value, index, "call_id");
            else if (member.Is("name"u8)) name = Text(member.Value, index, "name");
            else if (member.Is(argumentsName)) arguments = Text(member.Value, index, member.Name.ToText());
            else if (member.Is("id"u8) && member.Value.HasValue) itemId = Text(member.Value, index, "id");
            else if (member.Is("status"u8) || !member.Value.HasValue) (vendor ??= []).Add(ResponsesRequestReader.Silent(member));
            else (vendor ??= []).Add(new VendorField(member.Name, member.Value, $"input[{index}].{member.Name}"));
        }

        Required(id, index, "call_id");
        Required(name, index, "name");
        if (!arguments.IsPresent)
            throw Expect.Wrong(default, $"input[{index}].{System.Text.Encoding.ASCII.GetString(argumentsName)}", "a string");
        var turn = new Turn(TurnRole.Assistant, index);
        turn.Parts.Add(new ToolCallPart(id, name)
        {
            Arguments = arguments.ToUtf8(),
            IsCustom = argumentsName.SequenceEqual("input"u8),
            ItemId = itemId,
            Vendor = vendor,
        });
        return turn;
    }

    private static Turn Result(JsonValue item, int index, bool isCustom)
    {
        JsonString id = default;
        JsonValue output = default;
        List<VendorField>? vendor = null;
        foreach (var member in item.Members)
        {
            if (member.Is("type"u8)) continue;
            if (member.Is("call_id"u8)) id = Text(member.Value, index, "call_id");
            else if (member.Is("output"u8)) output = member.Value;
            else if (member.Is("id"u8) || member.Is("status"u8) || !member.Value.HasValue)
                (vendor ??= []).Add(ResponsesRequestReader.Silent(member));
            else (vendor ??= []).Add(new VendorField(member.Name, member.Value, $"input[{index}].{member.Name}"));
        }

        Required(id, index, "call_id");
        var result = new ToolResultPart(id) { IsCustom = isCustom, Vendor = vendor };
        if (output.IsString) result.Content.Add(new TextPart(output.AsString()));
        else if (output.IsArray) ResponsesContentReader.Read(output, result.Content, $"input[{index}].output", isAssistant: false);
        else throw Expect.Wrong(output, $"input[{index}].output", "a string or an array");
        var turn = new Turn(TurnRole.Tool, index);
        turn.Parts.Add(result);
        return turn;
    }

    private static void Required(JsonString text, int index, string name)
    {
        if (!text.IsPresent) throw Expect.Wrong(default, $"input[{index}].{name}", "a string");
    }

    // The path is spelled only where something is wrong.
    private static JsonString Text(JsonValue value, int index, string name) =>
        value.IsString ? value.AsString() : throw Expect.Wrong(value, $"input[{index}].{name}", "a string");
}
