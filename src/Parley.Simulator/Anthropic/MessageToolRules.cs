using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parley.Simulator;

/// <summary>What Messages refuses in <c>tools</c> and <c>tool_choice</c>.</summary>
internal static partial class MessageToolRules
{
    private static readonly string[] Members =
    [
        "type", "name", "description", "input_schema", "cache_control", "strict", "eager_input_streaming", "input_examples", "allowed_callers", "defer_loading",
    ];

    private static readonly string[] ChoiceMembers = ["type", "name", "disable_parallel_tool_use"];

    public static AnthropicRefusal? Check(JsonElement body)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = -1;
        foreach (var tool in body.FindArray("tools"))
        {
            index++;
            // Server tools go by their dated type, and by the vendor's own rules.
            var custom = tool.FindString("type") is null or "custom";
            if (custom && Custom(tool, $"tools.{index}.custom.") is { } problem)
                return problem;
            if (!names.Add(tool.FindString("name") ?? ""))
                return AnthropicRefusal.Invalid("tools: Tool names must be unique.");
        }
        return Choice(body, names);
    }

    private static AnthropicRefusal? Custom(JsonElement tool, string path)
    {
        if (MessagesRules.Required(tool, "name", JsonValueKind.String, path) is { } noName)
            return noName;
        if (tool.FindString("name") is { Length: > 128 })
            return AnthropicRefusal.Invalid($"{path}name: String should have at most 128 characters");
        if (!Name().IsMatch(tool.FindString("name")!))
            return AnthropicRefusal.Invalid($"{path}name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'");
        if (MessagesRules.Required(tool, "input_schema", JsonValueKind.Object, path) is { } noSchema)
            return noSchema;
        var schema = tool.Find("input_schema")!.Value;
        if (schema.Find("type") is null)
            return AnthropicRefusal.Invalid($"{path}input_schema.type: Field required");
        if (schema.FindString("type") != "object")
            return AnthropicRefusal.Invalid($"{path}input_schema.type: Input should be 'object'");
        return schema.Find("anyOf") is not null || schema.Find("oneOf") is not null || schema.Find("allOf") is not null
            ? AnthropicRefusal.Invalid($"{path[..^8]}.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level")
            : MessagesRules.Extra(tool, path, Members);
    }

    private static AnthropicRefusal? Choice(JsonElement body, HashSet<string> names)
    {
        if (body.Find("tool_choice") is not { } choice)
            return null;
        var type = choice.FindString("type");
        if (type is not ("auto" or "any" or "tool" or "none"))
            return AnthropicRefusal.Invalid($"tool_choice: Input tag '{type}' found using 'type' does not match any of the expected tags: 'any', 'auto', 'none', 'tool'");
        if (MessagesRules.Extra(choice, $"tool_choice.{type}.", type switch { "tool" => ChoiceMembers, "none" => ["type"], _ => ["type", "disable_parallel_tool_use"] }) is { } extra)
            return extra;
        if (names.Count == 0 && type is not "none")
            return AnthropicRefusal.Invalid("tool_choice: tool_choice may only be specified while providing tools.");
        return type == "tool" && choice.FindString("name") is var name && !names.Contains(name ?? "")
            ? AnthropicRefusal.Invalid($"Tool '{name}' not found in provided tools")
            : null;
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,128}$")]
    private static partial Regex Name();
}
