using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Reads <c>toolConfig</c>.</summary>
internal static class ConverseToolsReader
{
    internal static void Read(JsonValue config, Conversation conversation)
    {
        foreach (var member in Expect.Object(config, "toolConfig").Members)
        {
            if (member.Is("tools"u8)) Tools(member.Value, conversation);
            else if (member.Is("toolChoice"u8)) conversation.ToolChoice = Choice(member.Value);
            else conversation.Vendor.Add(new VendorField(member.Name, member.Value, $"toolConfig.{member.Name}"));
        }
    }

    private static void Tools(JsonValue tools, Conversation conversation)
    {
        var index = 0;
        foreach (var tool in Expect.Array(tools, "toolConfig.tools").Items)
        {
            var path = $"toolConfig.tools[{index}]";
            Expect.Object(tool, path);
            var last = conversation.Tools.Count > 0 ? conversation.Tools[^1] : null;
            if (tool.Member("cachePoint"u8) is { IsPresent: true } point && ConverseContentReader.CacheControl(point) is { IsPresent: true } marker
                && last is { CacheControl.IsPresent: false })
            {
                last.CacheControl = marker;
            }
            else
            {
                conversation.Tools.Add(Tool(tool, path, index));
            }

            index++;
        }
    }

    private static ToolDefinition Tool(JsonValue tool, string path, int index)
    {
        if (tool.Member("toolSpec"u8) is { IsPresent: true } spec)
        {
            path += ".toolSpec";
            var definition = new ToolDefinition(ToolKind.Function, Expect.String(Expect.Object(spec, path).Member("name"u8), path + ".name"))
            {
                Description = spec.Member("description"u8).AsString(),
                Schema = Expect.Object(Expect.Object(spec.Member("inputSchema"u8), path + ".inputSchema").Member("json"u8), path + ".inputSchema.json"),
                Strict = spec.Member("strict"u8),
                Raw = tool,
                Index = index,
            };
            foreach (var member in spec.Members)
            {
                if (member.Is("name"u8) || member.Is("description"u8) || member.Is("inputSchema"u8) || member.Is("strict"u8)) continue;
                (definition.Vendor ??= []).Add(new VendorField(member.Name, member.Value, $"{path}.{member.Name}"));
            }

            return definition;
        }

        var name = tool.Member("systemTool"u8).Member("name"u8).AsString();
        var kind = name.Is("nova_grounding"u8) ? ToolKind.WebSearch : name.Is("nova_code_interpreter"u8) ? ToolKind.CodeExecution : ToolKind.Vendor;
        return new ToolDefinition(kind, name) { Raw = tool, Index = index };
    }

    private static ToolChoice Choice(JsonValue choice)
    {
        const string Path = "toolConfig.toolChoice";
        Expect.Object(choice, Path);
        if (choice.Member("auto"u8).IsPresent) return new ToolChoice(ToolChoiceMode.Auto) { Raw = choice };
        if (choice.Member("any"u8).IsPresent) return new ToolChoice(ToolChoiceMode.Required) { Raw = choice };
        if (choice.Member("tool"u8) is { IsPresent: true } tool)
            return new ToolChoice(ToolChoiceMode.Named) { Name = Expect.String(tool.Member("name"u8), Path + ".tool.name"), Raw = choice };
        throw new DialectException(Path, $"'{Path}' must hold one of: auto, any, tool.");
    }
}
