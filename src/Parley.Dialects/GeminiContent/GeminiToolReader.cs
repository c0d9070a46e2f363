using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Reads <c>tools</c> and <c>toolConfig</c>. A tool is one object of the list, or one declaration in it; the index tells which object.</summary>
internal static class GeminiToolReader
{
    internal static void ReadTools(JsonValue tools, Conversation conversation)
    {
        if (tools.IsObject)
        {
            ReadTool(tools, 0, conversation);
            return;
        }

        var index = 0;
        foreach (var tool in Expect.Array(tools, "tools").Items)
        {
            ReadTool(Expect.Object(tool, $"tools[{index}]"), index, conversation);
            index++;
        }
    }

    internal static void ReadConfig(JsonValue config, Conversation conversation)
    {
        foreach (var member in Expect.Object(config, "toolConfig").Members)
        {
            if (member.Value.IsNull) continue;
            if (GeminiName.Is(member.Name, "functionCallingConfig"u8)) conversation.ToolChoice = ReadChoice(member.Value);
            else conversation.Vendor.Add(new VendorField(member.Name, member.Value, "toolConfig." + member.Name.ToText()));
        }
    }

    private static void ReadTool(JsonValue tool, int index, Conversation conversation)
    {
        foreach (var member in tool.Members)
        {
            if (member.Value.IsNull) continue;
            if (!GeminiName.Is(member.Name, "functionDeclarations"u8))
            {
                conversation.Tools.Add(new ToolDefinition(KindOf(member.Name), member.Name) { Raw = member.Value, Index = index });
                continue;
            }

            var path = $"tools[{index}].functionDeclarations";
            if (member.Value.IsObject)
            {
                conversation.Tools.Add(ReadFunction(member.Value, path, index));
                continue;
            }

            var at = 0;
            foreach (var function in Expect.Array(member.Value, path).Items) conversation.Tools.Add(ReadFunction(function, $"{path}[{at++}]", index));
        }
    }

    private static ToolKind KindOf(JsonString name) =>
        GeminiName.Is(name, "googleSearch"u8) || GeminiName.Is(name, "googleSearchRetrieval"u8) ? ToolKind.WebSearch
        : GeminiName.Is(name, "urlContext"u8) ? ToolKind.WebFetch
        : GeminiName.Is(name, "codeExecution"u8) ? ToolKind.CodeExecution
        : ToolKind.Vendor;

    private static ToolDefinition ReadFunction(JsonValue function, string path, int index)
    {
        Expect.Object(function, path);
        var description = GeminiName.Member(function, "description"u8);
        var schema = GeminiName.Member(function, "parametersJsonSchema"u8);
        var googles = GeminiName.Member(function, "parameters"u8);
        if (googles.IsPresent) Expect.Object(googles, path + ".parameters");
        List<VendorField>? vendor = null;
        foreach (var member in function.Members)
        {
            if (member.Value.HasValue && !IsKnown(member.Name))
                (vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name.ToText()}"));
        }

        return new ToolDefinition(ToolKind.Function, Expect.String(GeminiName.Member(function, "name"u8), path + ".name"))
        {
            Description = description.IsPresent ? Expect.String(description, path + ".description") : default,
            Schema = schema.IsPresent ? schema : GeminiSchema.ToJsonSchema(googles),
            Raw = function,
            Index = index,
            Vendor = vendor,
        };
    }

    private static bool IsKnown(JsonString name) =>
        GeminiName.Is(name, "name"u8) || GeminiName.Is(name, "description"u8) || GeminiName.Is(name, "parameters"u8)
        || GeminiName.Is(name, "parametersJsonSchema"u8);

    private static ToolChoice ReadChoice(JsonValue config)
    {
        const string path = "toolConfig.functionCallingConfig";
        Expect.Object(config, path);
        var mode = GeminiName.Member(config, "mode"u8);
        var word = mode.IsPresent ? Expect.String(mode, path + ".mode") : JsonString.Literal("AUTO"u8);
        List<JsonString>? allowed = null;
        if (GeminiName.Member(config, "allowedFunctionNames"u8) is { IsPresent: true } names)
        {
            allowed = [];
            foreach (var name in Expect.Array(names, path + ".allowedFunctionNames").Items)
                allowed.Add(Expect.String(name, path + $".allowedFunctionNames[{allowed.Count}]"));
            if (allowed.Count == 0) allowed = null;
        }

        var rule = ModeOf(word, path + ".mode");
        return rule == ToolChoiceMode.Required && allowed is { Count: 1 }
            ? new ToolChoice(ToolChoiceMode.Named) { Name = allowed[0], Raw = config }
            : new ToolChoice(rule) { Allowed = allowed, Raw = config };
    }

    // VALIDATED lets the model choose, as AUTO does, but holds its calls to the schemas.
    private static ToolChoiceMode ModeOf(JsonString word, string path) => word switch
    {
        _ when EqualsIgnoreCase(word, "AUTO") || EqualsIgnoreCase(word, "VALIDATED") || EqualsIgnoreCase(word, "MODE_UNSPECIFIED") => ToolChoiceMode.Auto,
        _ when EqualsIgnoreCase(word, "ANY") => ToolChoiceMode.Required,
        _ when EqualsIgnoreCase(word, "NONE") => ToolChoiceMode.None,
        _ => throw Expect.Unknown(word, path, "AUTO, ANY, NONE, VALIDATED"),
    };

    private static bool EqualsIgnoreCase(JsonString word, string expected) => string.Equals(word.ToText(), expected, StringComparison.OrdinalIgnoreCase);
}
