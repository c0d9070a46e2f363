using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Writes <c>tools</c> and <c>tool_choice</c>.</summary>
internal static class MessagesToolWriter
{
    internal static bool TakesCachePoints(RequestWriting writing) => writing.Traits.TakesCachePoints || writing.Traits.Family != ModelFamily.Claude;

    internal static void Write(RequestWriting writing, bool thinks, CacheBreakpoints marks, List<VendorField> vendor)
    {
        var request = writing.Conversation;
        writing.Take(RequestField.Tools);
        var needsOutput = MessagesOutput.NeedsTool(writing);
        var tools = Offered(writing);
        var hasSearch = tools.Exists(tool => tool.Kind == ToolKind.WebSearch);
        var search = hasSearch ? default : writing.Take(RequestField.WebSearchOptions);
        var history = tools.Count == 0 && !needsOutput && !search.IsPresent ? Called(request) : [];
        if (tools.Count == 0 && !needsOutput && !search.IsPresent && history.Count == 0)
        {
            if (request.ToolChoice is not { Mode: not (ToolChoiceMode.None or ToolChoiceMode.Auto) }) writing.Take(RequestField.ToolChoice);
            else writing.Lose(RequestField.ToolChoice, "no tool is left to choose");
            writing.Take(RequestField.ParallelToolCalls);
            return;
        }

        var json = writing.Json.BeginArray("tools"u8);
        for (var i = 0; i < tools.Count; i++)
        {
            var isLast = i == tools.Count - 1 && !search.IsPresent && !needsOutput;
            MessagesToolDefinitions.Write(writing, tools[i], marks.Of(tools[i], isLast));
        }

        if (search.IsPresent) MessagesToolDefinitions.WriteSearch(writing, search);
        if (needsOutput) MessagesOutput.WriteTool(writing);
        // A history with calls is refused without their tools; these can only be named, not called.
        foreach (var name in history)
        {
            json.BeginObject().Member("name"u8, writing.ToolName(name)).Name("input_schema"u8);
            WriteSchema(json, default);
            json.EndObject();
        }

        json.EndArray();
        Choice(writing, thinks, tools, needsOutput, history.Count > 0, vendor);
    }

    /// <summary>Writes a schema of arguments, which must say that it is an object's.</summary>
    internal static void WriteSchema(JsonOutput json, JsonValue schema)
    {
        json.BeginObject();
        if (!schema.Member("type"u8).IsPresent) json.Member("type"u8, "object"u8);
        json.Members(schema);
        json.EndObject();
    }

    private static List<ToolDefinition> Offered(RequestWriting writing)
    {
        var request = writing.Conversation;
        var isOwn = request.Origin == Dialect.AnthropicMessages;
        var tools = new List<ToolDefinition>(request.Tools.Count);
        var allowed = request.ToolChoice?.Allowed is { } names ? new HashSet<JsonString>(names) : null;
        foreach (var tool in request.Tools)
        {
            if (!isOwn && tool.Kind is ToolKind.Custom or ToolKind.Vendor)
            {
                var kind = tool.Kind == ToolKind.Custom ? "custom" : "vendor";
                writing.Losses.Add($"tools[{tool.Index}]", $"Anthropic has no {tool.Name.ToText()}", $"tools.{kind}");
            }
            else if (allowed?.Contains(tool.Name) != false)
            {
                // "Only these may be called" has no word here: the others are not offered.
                tools.Add(tool);
            }
        }

        return tools;
    }

    // Each once, in the order in which they were first called. A history may have thousands of names.
    private static List<JsonString> Called(Conversation request)
    {
        var names = new List<JsonString>();
        if (request.Origin == Dialect.AnthropicMessages) return names;
        var seen = new HashSet<JsonString>();
        foreach (var turn in request.Turns)
        {
            foreach (var part in turn.Parts)
            {
                if (part is ToolCallPart call && seen.Add(call.Name)) names.Add(call.Name);
            }
        }

        return names;
    }

    private static void Choice(
        RequestWriting writing, bool thinks, List<ToolDefinition> tools, bool needsOutput, bool isHistory, List<VendorField> vendor)
    {
        var request = writing.Conversation;
        var isOwn = request.Origin == Dialect.AnthropicMessages;
        var parallel = writing.Take(RequestField.ParallelToolCalls);
        writing.Take(RequestField.ToolChoice);
        var mode = request.ToolChoice?.Mode;
        var name = request.ToolChoice?.Name ?? default;
        if (isHistory) mode = ToolChoiceMode.None;
        else if (needsOutput) (mode, name) = WithOutput(mode, name, tools);
        if (mode == ToolChoiceMode.Named && !isOwn && !needsOutput && !tools.Exists(tool => tool.Name == name))
        {
            writing.Lose(RequestField.ToolChoice, "the tool is not among those that are left");
            mode = null;
        }

        if (mode is ToolChoiceMode.Named or ToolChoiceMode.Required && thinks && !isOwn)
        {
            // "tool_choice any and tool are not supported with extended thinking" (docs).
            var field = needsOutput && request.ToolChoice is null ? RequestField.OutputFormat : RequestField.ToolChoice;
            writing.Lose(field, "a thinking model cannot be forced to call a tool");
            mode = ToolChoiceMode.Auto;
        }

        var isSingle = parallel.IsFalse && mode != ToolChoiceMode.None;
        if (mode is null && !isSingle && !MessagesRequestWriter.Any(vendor, "tool_choice")) return;
        var json = writing.Json.BeginObject("tool_choice"u8).Member("type"u8, mode switch
        {
            ToolChoiceMode.None => "none"u8,
            ToolChoiceMode.Required => "any"u8,
            ToolChoiceMode.Named => "tool"u8,
            _ => "auto"u8,
        });
        if (mode == ToolChoiceMode.Named) json.Member("name"u8, writing.ToolName(name));
        if (isSingle) json.Member("disable_parallel_tool_use"u8, true);
        else if (isOwn && parallel.IsPresent) json.Member("disable_parallel_tool_use"u8, parallel.IsFalse);
        MessagesRequestWriter.Nested(json, vendor, "tool_choice");
        json.EndObject();
    }

    // The answer is one of the tools: forced where nothing else may be called, any of them otherwise.
    private static (ToolChoiceMode Mode, JsonString Name) WithOutput(ToolChoiceMode? mode, JsonString name, List<ToolDefinition> tools) => mode switch
    {
        ToolChoiceMode.Named => (ToolChoiceMode.Named, name),
        _ when tools.Count == 0 || mode == ToolChoiceMode.None => (ToolChoiceMode.Named, JsonString.Literal(MessagesOutput.ToolName)),
        _ => (ToolChoiceMode.Required, default),
    };
}
