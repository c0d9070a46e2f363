using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Reads the tools of a request and the choice among them.</summary>
internal static class ResponsesToolReader
{
    internal static void Tools(Conversation conversation, JsonValue tools)
    {
        var index = 0;
        foreach (var tool in Expect.Array(tools, "tools").Items)
        {
            conversation.Tools.Add(Tool(tool, index, $"tools[{index}]"));
            index++;
        }

        // An empty list is worth writing again, and nothing to report.
        if (index == 0) conversation.Vendor.Add(new VendorField(JsonString.Literal("tools"u8), tools, "tools") { IsSilent = true });
    }

    internal static ToolChoice Choice(JsonValue choice)
    {
        if (choice.IsString) return new ToolChoice(Mode(choice, "tool_choice")) { Raw = choice };
        if (!choice.IsObject) throw Expect.Wrong(choice, "tool_choice", "a string or an object");
        var type = Expect.String(choice.Member("type"u8), "tool_choice.type");
        if (type.Is("function"u8) || type.Is("custom"u8))
            return new ToolChoice(ToolChoiceMode.Named) { Name = Expect.String(choice.Member("name"u8), "tool_choice.name"), Raw = choice };
        if (!type.Is("allowed_tools"u8)) return new ToolChoice(ToolChoiceMode.Named) { Name = type, Raw = choice };
        var allowed = new List<JsonString>();
        foreach (var tool in Expect.Array(choice.Member("tools"u8), "tool_choice.tools").Items)
        {
            var name = Expect.Object(tool, "tool_choice.tools[]").Member("name"u8);
            allowed.Add(Expect.String(name.HasValue ? name : tool.Member("type"u8), "tool_choice.tools[].type"));
        }

        return new ToolChoice(Mode(choice.Member("mode"u8), "tool_choice.mode")) { Allowed = allowed, Raw = choice };
    }

    private static ToolChoiceMode Mode(JsonValue value, string path)
    {
        var mode = Expect.String(value, path);
        return mode.Is("auto"u8) ? ToolChoiceMode.Auto
            : mode.Is("none"u8) ? ToolChoiceMode.None
            : mode.Is("required"u8) ? ToolChoiceMode.Required
            : throw Expect.Unknown(mode, path, "auto, none, required");
    }

    private static ToolDefinition Tool(JsonValue tool, int index, string path)
    {
        var type = Expect.String(Expect.Object(tool, path).Member("type"u8), path + ".type");
        if (type.Is("function"u8)) return Function(tool, index, path);
        var kind = type.Is("custom"u8) ? ToolKind.Custom
            : type.StartsWith("web_search"u8) ? ToolKind.WebSearch
            : type.Is("code_interpreter"u8) ? ToolKind.CodeExecution
            : ToolKind.Vendor;
        var name = kind == ToolKind.Custom ? Expect.String(tool.Member("name"u8), path + ".name") : type;
        return new ToolDefinition(kind, name) { Description = tool.Member("description"u8).AsString(), Raw = tool, Index = index };
    }

    private static ToolDefinition Function(JsonValue tool, int index, string path)
    {
        JsonValue name = default, description = default, schema = default, strict = default;
        List<VendorField>? vendor = null;
        foreach (var member in tool.Members)
        {
            if (member.Is("type"u8)) continue;
            if (member.Is("name"u8)) name = member.Value;
            else if (member.Is("description"u8)) description = member.Value;
            else if (member.Is("parameters"u8)) schema = member.Value;
            else if (member.Is("strict"u8)) strict = member.Value;
            else (vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name}")
            {
                IsSilent = !member.Value.HasValue
            });
        }

        return new ToolDefinition(ToolKind.Function, Expect.String(name, path + ".name"))
        {
            Description = description.HasValue ? Expect.String(description, path + ".description") : default,
            Schema = schema.HasValue ? Expect.Object(schema, path + ".parameters") : default,
            Strict = strict.HasValue ? Expect.Boolean(strict, path + ".strict") : default,
            Raw = tool,
            Index = index,
            Vendor = vendor,
        };
    }
}
