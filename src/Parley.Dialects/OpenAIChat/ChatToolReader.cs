using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Reads tools, how they are chosen, the output's format, and the two deprecated members <c>functions</c> and <c>function_call</c>.</summary>
internal static class ChatToolReader
{
    /// <summary>Reads the member if it is one of these.</summary>
    internal static bool TryRead(Conversation conversation, JsonField member)
    {
        var value = member.Value;
        if (member.Is("tools"u8)) Tools(conversation, value);
        else if (member.Is("functions"u8)) Functions(conversation, value);
        else if (member.Is("tool_choice"u8)) conversation.ToolChoice = Choice(value);
        else if (member.Is("function_call"u8)) conversation.ToolChoice = LegacyChoice(value);
        else if (member.Is("response_format"u8)) conversation.Output = Format(value);
        else return false;
        return true;
    }

    private static void Tools(Conversation conversation, JsonValue tools)
    {
        var index = 0;
        foreach (var tool in Expect.Array(tools, "tools").Items)
        {
            var path = $"tools[{index}]";
            Expect.Object(tool, path);
            var type = Expect.String(tool.Member("type"u8), path + ".type");
            if (type.Is("function"u8)) conversation.Tools.Add(Function(tool, Expect.Object(tool.Member("function"u8), path + ".function"), path, index));
            else if (type.Is("custom"u8)) conversation.Tools.Add(Custom(tool, path, index));
            else conversation.Tools.Add(new ToolDefinition(type.StartsWith("web_search"u8) ? ToolKind.WebSearch : ToolKind.Vendor, type) { Raw = tool, Index = index });
            index++;
        }
    }

    // OpenAI's functions stand bare in their list: that is how the writer knows them again.
    private static void Functions(Conversation conversation, JsonValue functions)
    {
        var index = 0;
        foreach (var function in Expect.Array(functions, "functions").Items)
        {
            var path = $"functions[{index}]";
            conversation.Tools.Add(Function(function, Expect.Object(function, path), path, index++));
        }
    }

    private static ToolDefinition Function(JsonValue tool, JsonValue function, string path, int index)
    {
        var isBare = !tool.Member("function"u8).IsPresent;
        var inside = isBare ? path : path + ".function";
        var parameters = function.Member("parameters"u8);
        var strict = function.Member("strict"u8);
        var description = function.Member("description"u8);
        var definition = new ToolDefinition(ToolKind.Function, Expect.String(function.Member("name"u8), inside + ".name"))
        {
            Description = description.HasValue ? Expect.String(description, inside + ".description") : default,
            Schema = parameters.HasValue ? Expect.Object(parameters, inside + ".parameters") : default,
            Strict = strict.HasValue ? Expect.Boolean(strict, inside + ".strict") : default,
            Raw = tool,
            Index = index,
        };
        foreach (var member in function.Members)
        {
            if (member.Is("cache_control"u8)) definition.CacheControl = member.Value;
            else if (!(member.Is("name"u8) || member.Is("description"u8) || member.Is("parameters"u8) || member.Is("strict"u8)))
                (definition.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{inside}.{member.Name}"));
        }

        if (isBare) return definition;
        foreach (var member in tool.Members)
        {
            if (member.Is("cache_control"u8)) definition.CacheControl = member.Value;
            else if (!(member.Is("type"u8) || member.Is("function"u8)))
                (definition.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name}"));
        }

        return definition;
    }

    private static ToolDefinition Custom(JsonValue tool, string path, int index)
    {
        var custom = Expect.Object(tool.Member("custom"u8), path + ".custom");
        var description = custom.Member("description"u8);
        return new ToolDefinition(ToolKind.Custom, Expect.String(custom.Member("name"u8), path + ".custom.name"))
        {
            Description = description.HasValue ? Expect.String(description, path + ".custom.description") : default,
            Raw = tool,
            Index = index,
        };
    }

    private static ToolChoice Choice(JsonValue value)
    {
        if (value.IsString)
        {
            var word = value.AsString();
            if (word.Is("auto"u8)) return new ToolChoice(ToolChoiceMode.Auto);
            if (word.Is("none"u8)) return new ToolChoice(ToolChoiceMode.None);
            if (word.Is("required"u8)) return new ToolChoice(ToolChoiceMode.Required);
            // Mistral's word for the same.
            if (word.Is("any"u8)) return new ToolChoice(ToolChoiceMode.Required) { Raw = value };
            throw Expect.Unknown(word, "tool_choice", "none, auto, required");
        }

        if (!value.IsObject) throw Expect.Wrong(value, "tool_choice", "a string or an object");
        var type = Expect.String(value.Member("type"u8), "tool_choice.type");
        if (type.Is("allowed_tools"u8)) return Allowed(value);
        var named = value.Member(type.Is("custom"u8) ? "custom"u8 : "function"u8);
        if (type.Is("function"u8) || type.Is("custom"u8))
        {
            var path = $"tool_choice.{type}";
            return new ToolChoice(ToolChoiceMode.Named) { Name = Expect.String(Expect.Object(named, path).Member("name"u8), path + ".name"), Raw = value };
        }

        return new ToolChoice(ToolChoiceMode.Named) { Name = type, Raw = value };
    }

    private static ToolChoice Allowed(JsonValue value)
    {
        const string Path = "tool_choice.allowed_tools";
        var allowed = Expect.Object(value.Member("allowed_tools"u8), Path);
        var mode = Expect.String(allowed.Member("mode"u8), Path + ".mode");
        if (!mode.Is("auto"u8) && !mode.Is("required"u8)) throw Expect.Unknown(mode, Path + ".mode", "auto, required");
        var names = new List<JsonString>();
        foreach (var tool in Expect.Array(allowed.Member("tools"u8), Path + ".tools").Items)
        {
            var path = $"{Path}.tools[{names.Count}]";
            var inner = Expect.Object(tool, path).Member("function"u8);
            if (!inner.IsObject) inner = tool.Member("custom"u8);
            names.Add(inner.IsObject ? Expect.String(inner.Member("name"u8), path + ".function.name")
                : Expect.String(tool.Member("name"u8) is { HasValue: true } name ? name : tool.Member("type"u8), path + ".name"));
        }

        return new ToolChoice(mode.Is("auto"u8) ? ToolChoiceMode.Auto : ToolChoiceMode.Required) { Allowed = names, Raw = value };
    }

    private static ToolChoice LegacyChoice(JsonValue value)
    {
        if (value.IsObject) return new ToolChoice(ToolChoiceMode.Named) { Name = Expect.String(value.Member("name"u8), "function_call.name"), Raw = value };
        var word = Expect.String(value, "function_call");
        if (word.Is("auto"u8)) return new ToolChoice(ToolChoiceMode.Auto) { Raw = value };
        if (word.Is("none"u8)) return new ToolChoice(ToolChoiceMode.None) { Raw = value };
        throw Expect.Unknown(word, "function_call", "none, auto");
    }

    private static OutputFormat Format(JsonValue value)
    {
        var type = Expect.String(Expect.Object(value, "response_format").Member("type"u8), "response_format.type");
        if (type.Is("text"u8)) return new OutputFormat(OutputFormatKind.Text) { Raw = value };
        if (type.Is("json_object"u8)) return new OutputFormat(OutputFormatKind.JsonObject) { Raw = value };
        if (!type.Is("json_schema"u8)) return new OutputFormat(OutputFormatKind.Vendor) { Raw = value };
        const string Path = "response_format.json_schema";
        var schema = Expect.Object(value.Member("json_schema"u8), Path);
        var description = schema.Member("description"u8);
        var inner = schema.Member("schema"u8);
        var strict = schema.Member("strict"u8);
        return new OutputFormat(OutputFormatKind.JsonSchema)
        {
            Name = Expect.String(schema.Member("name"u8), Path + ".name"),
            Description = description.HasValue ? Expect.String(description, Path + ".description") : default,
            Schema = inner.HasValue ? Expect.Object(inner, Path + ".schema") : default,
            Strict = strict.HasValue ? Expect.Boolean(strict, Path + ".strict") : default,
            Raw = value,
        };
    }
}
