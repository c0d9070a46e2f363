using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Reads <c>tools</c> and <c>tool_choice</c>.</summary>
internal static class MessagesToolReader
{
    internal static void ReadTools(Conversation request, JsonValue tools)
    {
        var index = 0;
        foreach (var tool in tools.Items)
        {
            var path = $"tools[{index}]";
            request.Tools.Add(Tool(Expect.Object(tool, path), index++, path));
        }
    }

    internal static void ReadChoice(Conversation request, JsonValue choice)
    {
        foreach (var member in choice.Members)
        {
            if (member.Is("type"u8) || member.Is("name"u8) || !member.Value.HasValue) continue;
            var path = $"tool_choice.{member.Name.ToText()}";
            if (member.Is("disable_parallel_tool_use"u8))
                request.Fields[RequestField.ParallelToolCalls] = JsonValue.Literal(Expect.Boolean(member.Value, path).IsTrue ? "false"u8 : "true"u8);
            else
                request.Vendor.Add(new VendorField(member.Name, member.Value, path));
        }

        var type = Expect.String(choice.Member("type"u8), "tool_choice.type");
        request.ToolChoice = type.Span switch
        {
            _ when type.Is("auto"u8) => new ToolChoice(ToolChoiceMode.Auto),
            _ when type.Is("any"u8) => new ToolChoice(ToolChoiceMode.Required),
            _ when type.Is("none"u8) => new ToolChoice(ToolChoiceMode.None),
            _ when type.Is("tool"u8) => new ToolChoice(ToolChoiceMode.Named) { Name = Expect.String(choice.Member("name"u8), "tool_choice.name") },
            _ => throw Expect.Unknown(type, "tool_choice.type", "auto, any, none, tool"),
        };
    }

    private static ToolDefinition Tool(JsonValue tool, int index, string path)
    {
        JsonString type = default, name = default, description = default;
        JsonValue schema = default, strict = default;
        List<VendorField>? vendor = null;
        foreach (var member in tool.Members)
        {
            var place = $"{path}.{member.Name.ToText()}";
            if (!member.Value.HasValue) continue;
            if (member.Is("type"u8)) type = Expect.String(member.Value, place);
            else if (member.Is("name"u8)) name = Expect.String(member.Value, place);
            else if (member.Is("description"u8)) description = Expect.String(member.Value, place);
            else if (member.Is("input_schema"u8)) schema = Expect.Object(member.Value, place);
            else if (member.Is("strict"u8)) strict = Expect.Boolean(member.Value, place);
            else if (!member.Is("cache_control"u8)) (vendor ??= []).Add(new VendorField(member.Name, member.Value, place));
        }

        var kind = Kind(type);
        if (kind == ToolKind.Function)
        {
            if (name.IsEmpty) throw new DialectException(path + ".name", $"'{path}.name' is missing: a string is required.");
            Expect.Object(schema, path + ".input_schema");
        }
        else if (kind == ToolKind.Vendor)
        {
            vendor = null; // reported once, as a whole
        }

        return new ToolDefinition(kind, name.IsPresent ? name : type)
        {
            Description = description,
            Schema = schema,
            Strict = strict,
            Raw = tool,
            Index = index,
            CacheControl = MessagesBlockReader.CacheControl(tool, path),
            Vendor = vendor,
        };
    }

    // Types carry a date (web_search_20250305); a new date is the same tool.
    private static ToolKind Kind(JsonString type) => type.Span switch
    {
        [] => ToolKind.Function,
        _ when type.Is("custom"u8) => ToolKind.Function,
        _ when type.StartsWith("web_search_"u8) => ToolKind.WebSearch,
        _ when type.StartsWith("web_fetch_"u8) => ToolKind.WebFetch,
        _ when type.StartsWith("code_execution_"u8) => ToolKind.CodeExecution,
        _ => ToolKind.Vendor,
    };
}
