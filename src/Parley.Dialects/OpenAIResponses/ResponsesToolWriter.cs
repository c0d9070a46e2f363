using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Writes tools and the choice among them, in requests and in the responses that repeat them.</summary>
internal static class ResponsesToolWriter
{
    /// <summary>Writes the tool as a response repeats it: with every field.</summary>
    internal static void Echo(JsonOutput json, ToolDefinition tool, Dialect origin)
    {
        if (tool.Kind == ToolKind.Function)
            Function(json, tool, tool.Name, origin == Dialect.OpenAIResponses ? tool.Vendor : null, isEcho: true, origin);
        else if (origin == Dialect.OpenAIResponses) json.Value(tool.Raw);
        else if (tool.Kind == ToolKind.Custom) Custom(json, tool, tool.Name, origin);
        else json.BeginObject().Member("type"u8, tool.Kind switch
        {
            ToolKind.WebSearch => JsonString.Literal("web_search"u8),
            ToolKind.CodeExecution => JsonString.Literal("code_interpreter"u8),
            _ => tool.Name,
        }).EndObject();
    }

    /// <summary>Writes the tools of a request, and the vendor's search that other dialects ask for by a field.</summary>
    internal static void Tools(RequestWriting writing)
    {
        var conversation = writing.Conversation;
        _ = writing.Take(RequestField.Tools);
        var search = conversation.Origin == Dialect.OpenAIChat ? writing.Take(RequestField.WebSearchOptions) : default;
        if (conversation.Tools.Count == 0 && !search.IsObject && writing.OutputTool.IsEmpty) return;
        var json = writing.Json.BeginArray("tools"u8);
        foreach (var tool in conversation.Tools)
        {
            if (conversation.Origin == Dialect.OpenAIResponses) json.Value(tool.Raw);
            else Tool(writing, json, tool);
        }

        if (search.IsObject) ResponsesSearchTool.WriteFromChat(json, search);
        if (!writing.OutputTool.IsEmpty) ResponsesOutputFormat.WriteTool(json, conversation.Output!);
        json.EndArray();
    }

    /// <summary>Writes the value of <c>tool_choice</c>, <c>"auto"</c> for none.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="conversation">The request.</param>
    /// <param name="nameOf">How a tool is called there: as OpenAI takes it in a request, as the caller called it in a response.</param>
    internal static void Choice(JsonOutput json, Conversation conversation, Func<JsonString, JsonString> nameOf)
    {
        var choice = conversation.ToolChoice;
        if (choice is not null && conversation.Origin == Dialect.OpenAIResponses && choice.Raw.IsPresent)
        {
            json.Value(choice.Raw);
            return;
        }

        var mode = choice?.Mode switch
        {
            ToolChoiceMode.None => "none"u8,
            ToolChoiceMode.Required => "required"u8,
            _ => "auto"u8,
        };
        if (choice is { Mode: ToolChoiceMode.Named }) Named(json, conversation, choice.Name, nameOf);
        else if (choice?.Allowed is { } allowed)
        {
            json.BeginObject().Member("type"u8, "allowed_tools"u8).Member("mode"u8, mode).BeginArray("tools"u8);
            foreach (var name in allowed) Named(json, conversation, name, nameOf);
            json.EndArray().EndObject();
        }
        else json.Value(mode);
    }

    private static void Named(JsonOutput json, Conversation conversation, JsonString name, Func<JsonString, JsonString> nameOf)
    {
        var kind = ToolKind.Function;
        foreach (var tool in conversation.Tools)
        {
            if (tool.Name == name) kind = tool.Kind;
        }

        json.BeginObject();
        if (kind == ToolKind.WebSearch) json.Member("type"u8, "web_search"u8);
        else if (kind == ToolKind.CodeExecution) json.Member("type"u8, "code_interpreter"u8);
        else json.Member("type"u8, kind == ToolKind.Custom ? "custom"u8 : "function"u8).Member("name"u8, nameOf(name));
        json.EndObject();
    }

    private static void Tool(RequestWriting writing, JsonOutput json, ToolDefinition tool)
    {
        var path = $"tools[{tool.Index}]";
        if (tool.CacheControl.HasValue) writing.Losses.Add($"{path}.cache_control", "OpenAI caches without marks");
        switch (tool.Kind)
        {
            case ToolKind.Function:
                Function(json, tool, writing.ToolName(tool), writing.Vendor(tool.Vendor), isEcho: false, writing.Conversation.Origin);
                break;
            case ToolKind.Custom when writing.Target.IsOpenAI:
                Custom(json, tool, writing.ToolName(tool), writing.Conversation.Origin);
                break;
            case ToolKind.WebSearch when writing.Target.IsOpenAI:
                ResponsesSearchTool.WriteFromTool(json, tool, path, writing.Losses);
                break;
            case ToolKind.CodeExecution when writing.Target.IsOpenAI:
                json.BeginObject().Member("type"u8, "code_interpreter"u8).BeginObject("container"u8).Member("type"u8,
                    "auto"u8).EndObject().EndObject();
                break;
            default:
                writing.Losses.Add(path, "the provider has no such tool", "tools[]");
                break;
        }
    }

    private static void Function(
        JsonOutput json, ToolDefinition tool, JsonString name, IEnumerable<VendorField>? vendor, bool isEcho, Dialect origin)
    {
        json.BeginObject().Member("type"u8, "function"u8).Member("name"u8, name);
        if (tool.Description.IsPresent) json.Member("description"u8, tool.Description);
        else if (isEcho) json.Name("description"u8).Null();
        if (tool.Schema.HasValue) json.Member("parameters"u8, tool.Schema);
        else if (isEcho) json.Name("parameters"u8).Null();
        else json.BeginObject("parameters"u8).Member("type"u8, "object"u8).BeginObject("properties"u8).EndObject().EndObject();
        // Left out means true in this dialect alone: a schema of another would be refused for its optional properties.
        var strict = tool.Strict.HasValue ? tool.Strict.IsTrue : origin == Dialect.OpenAIResponses;
        json.Member("strict"u8, strict);
        foreach (var field in vendor ?? [])
        {
            if (!field.IsSilent) json.Member(field.Name.Span, field.Value);
        }

        json.EndObject();
    }

    // Chat wraps a custom tool, and the grammar in it, once more.
    private static void Custom(JsonOutput json, ToolDefinition tool, JsonString name, Dialect origin)
    {
        json.BeginObject().Member("type"u8, "custom"u8).Member("name"u8, name).MemberIfPresent("description"u8, tool.Description);
        var format = origin == Dialect.OpenAIChat ? tool.Raw.Member("custom"u8).Member("format"u8) : default;
        if (format.Member("grammar"u8) is { IsObject: true } grammar)
        {
            json.BeginObject("format"u8).Member("type"u8, "grammar"u8).Members(grammar).EndObject();
        }
        else if (format.IsObject)
        {
            json.Member("format"u8, format);
        }

        json.EndObject();
    }
}
