using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Writes tools, how they are chosen, and the output's format.</summary>
internal sealed class ChatToolWriter(RequestWriting writing)
{
    private readonly Conversation _conversation = writing.Conversation;
    private readonly JsonOutput _json = writing.Json;
    private readonly bool _isOwn = writing.Conversation.Origin == Dialect.OpenAIChat;

    internal void Write()
    {
        var needsTool = NeedsOutputTool();
        if (needsTool) writing.OutputTool = JsonString.Literal("parley_output"u8);
        var count = Tools(needsTool);
        Choice(needsTool, count);
        Format(needsTool);
    }

    // A model in no row of the table may have it: the request is sent as it was meant. So is one in this dialect's own words.
    private bool NeedsOutputTool() => _conversation.Output is { Kind: OutputFormatKind.JsonSchema, Schema.IsPresent: true }
        && !writing.Traits.HasJsonSchema && writing.Traits.Family != ModelFamily.Unknown && writing.Traits.TakesForcedTool && !_isOwn;

    // How many there are, the synthetic one included.
    private int Tools(bool needsTool)
    {
        writing.Take(RequestField.Tools);
        var tools = _conversation.Tools.Where(IsTaken).ToList();
        if (tools.Count == 0 && !needsTool) return 0;
        var isLegacy = ChatLegacy.IsUsedBy(_conversation) && !needsTool;
        _json.BeginArray(isLegacy ? "functions"u8 : "tools"u8);
        foreach (var tool in tools)
        {
            if (_isOwn && (!writing.Target.IsOpenAI || !tool.CacheControl.IsPresent) && (isLegacy || !ChatLegacy.IsBare(tool))) _json.Value(tool.Raw);
            else if (tool.Kind == ToolKind.Custom) Custom(tool);
            else Function(tool, isLegacy);
        }

        if (needsTool) OutputTool(_conversation.Output!);
        _json.EndArray();
        return tools.Count + (needsTool ? 1 : 0);
    }

    private bool IsTaken(ToolDefinition tool)
    {
        if (_isOwn || tool.Kind == ToolKind.Function) return true;
        if (tool.Kind == ToolKind.Custom && writing.Target.IsOpenAI) return true;
        if (tool.Kind == ToolKind.WebSearch && IsSearchModel())
        {
            // These models search by themselves; the option only says how.
            if (!writing.Peek(RequestField.WebSearchOptions).IsPresent) _webSearch = true;
            return false;
        }

        writing.Losses.Add($"tools[{tool.Index}]", tool.Kind == ToolKind.Custom
            ? "compatible servers know no custom tools" : "chat completions know no tools of a vendor's", "tools");
        return false;
    }

    private bool _webSearch;

    private bool IsSearchModel() => writing.Target.IsOpenAI && writing.Target.Model.ToText().Contains("-search", StringComparison.Ordinal);

    private void Function(ToolDefinition tool, bool isLegacy)
    {
        var name = writing.ToolName(tool);
        if (!isLegacy) _json.BeginObject().Member("type"u8, "function"u8).Name("function"u8);
        _json.BeginObject().Member("name"u8, name).MemberIfPresent("description"u8, tool.Description).MemberIfPresent("parameters"u8, tool.Schema);
        if (tool.Strict.HasValue) _json.Member("strict"u8, tool.Strict);
        var own = writing.Vendor(tool.Vendor).ToList();
        foreach (var field in own.Where(f => isLegacy || f.Path.EndsWith("].function." + f.Name, StringComparison.Ordinal))) _json.Member(field.Name.Span, field.Value);
        _json.EndObject();
        if (isLegacy) return;
        foreach (var field in own.Where(f => !f.Path.EndsWith("].function." + f.Name, StringComparison.Ordinal))) _json.Member(field.Name.Span, field.Value);
        if (tool.CacheControl.HasValue) CacheControl(tool);
        _json.EndObject();
    }

    private void CacheControl(ToolDefinition tool)
    {
        if (writing.Target.IsOpenAI || !(_isOwn || writing.Traits.TakesCachePoints))
            writing.Losses.Add($"tools[{tool.Index}].cache_control", ChatMessageWriter.NoCacheMarkers(writing.Target), "tools.cache_control");
        else _json.Member("cache_control"u8, tool.CacheControl);
    }

    private void Custom(ToolDefinition tool)
    {
        _json.BeginObject().Member("type"u8, "custom"u8).BeginObject("custom"u8).Member("name"u8, writing.ToolName(tool))
            .MemberIfPresent("description"u8, tool.Description);
        var format = _isOwn ? tool.Raw.Member("custom"u8).Member("format"u8) : tool.Raw.Member("format"u8);
        // Responses has the grammar's members flat, chat in an object of their own.
        if (format.HasValue && format.Member("type"u8).AsString().Is("grammar"u8) && !format.Member("grammar"u8).IsPresent)
        {
            _json.BeginObject("format"u8).Member("type"u8, "grammar"u8).BeginObject("grammar"u8)
                .MemberIfPresent("definition"u8, format.Member("definition"u8)).MemberIfPresent("syntax"u8, format.Member("syntax"u8))
                .EndObject().EndObject();
        }
        else if (format.HasValue) _json.Member("format"u8, format);
        _json.EndObject().EndObject();
    }

    private void OutputTool(OutputFormat output)
    {
        _json.BeginObject().Member("type"u8, "function"u8).BeginObject("function"u8).Member("name"u8, writing.OutputTool)
            .Member("description"u8, output.Description.IsPresent ? output.Description : JsonString.Literal("Gives the answer in the form that was asked for."u8))
            .Member("parameters"u8, output.Schema).EndObject().EndObject();
    }

    private void Choice(bool needsTool, int count)
    {
        writing.Take(RequestField.ToolChoice);
        if (_webSearch) _json.BeginObject("web_search_options"u8).EndObject();
        if (needsTool)
        {
            // Beside tools of the caller's the model must stay free to call one of those.
            if (_conversation.ToolChoice is { Mode: ToolChoiceMode.Named } asked && _conversation.Tools.Exists(t => t.Name == asked.Name && IsOffered(t))) Named(asked.Name);
            else if (count > 1 && _conversation.ToolChoice?.Mode != ToolChoiceMode.None) _json.Member("tool_choice"u8, "required"u8);
            else Named(writing.OutputTool);
            return;
        }

        if (_conversation.ToolChoice is not { } choice) return;
        if (_isOwn && choice.Raw.IsPresent)
        {
            var isLegacy = ChatLegacy.IsUsedBy(_conversation) || !choice.Raw.Member("type"u8).IsPresent && choice.Raw.IsObject;
            _json.Member(isLegacy ? "function_call"u8 : "tool_choice"u8, choice.Raw);
            return;
        }

        if (count == 0 && !_isOwn)
        {
            // OpenAI answers 400 to a choice without tools; "none" and "auto" are what happens anyway.
            if (choice.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named) writing.Lose(RequestField.ToolChoice, "there are no tools");
            return;
        }

        if (choice.Allowed is { } allowed && choice.Mode != ToolChoiceMode.None) Allowed(choice, allowed);
        else if (choice.Mode == ToolChoiceMode.Named && !_conversation.Tools.Exists(t => t.Name == choice.Name && IsOffered(t)))
            writing.Lose(RequestField.ToolChoice, "the tool is not offered");
        else if (choice.Mode == ToolChoiceMode.Named) Named(choice.Name);
        else _json.Member("tool_choice"u8, Word(choice.Mode));
    }

    private bool IsOffered(ToolDefinition tool) => tool.Kind == ToolKind.Function || (tool.Kind == ToolKind.Custom && writing.Target.IsOpenAI);

    private static ReadOnlySpan<byte> Word(ToolChoiceMode mode) => mode switch
    {
        ToolChoiceMode.None => "none"u8,
        ToolChoiceMode.Required => "required"u8,
        _ => "auto"u8,
    };

    private void Named(JsonString name)
    {
        var isCustom = _conversation.Tools.Exists(t => t.Kind == ToolKind.Custom && t.Name == name);
        _json.BeginObject("tool_choice"u8).Member("type"u8, isCustom ? "custom"u8 : "function"u8)
            .BeginObject(isCustom ? "custom"u8 : "function"u8).Member("name"u8, writing.ToolName(name)).EndObject().EndObject();
    }

    private void Allowed(ToolChoice choice, IReadOnlyList<JsonString> allowed)
    {
        if (!writing.Target.IsOpenAI)
        {
            // One of one can be said by its name; a choice among some cannot.
            if (allowed.Count == 1 && choice.Mode == ToolChoiceMode.Required)
            {
                Named(allowed[0]);
                return;
            }

            _json.Member("tool_choice"u8, Word(choice.Mode));
            writing.Lose(RequestField.ToolChoice, "compatible servers cannot allow some tools of many");
            return;
        }

        _json.BeginObject("tool_choice"u8).Member("type"u8, "allowed_tools"u8).BeginObject("allowed_tools"u8)
            .Member("mode"u8, choice.Mode == ToolChoiceMode.Auto ? "auto"u8 : "required"u8).BeginArray("tools"u8);
        foreach (var name in allowed)
            _json.BeginObject().Member("type"u8, "function"u8).BeginObject("function"u8).Member("name"u8, writing.ToolName(name)).EndObject().EndObject();
        _json.EndArray().EndObject().EndObject();
    }

    private void Format(bool needsTool)
    {
        if (_conversation.Output is not { } output) return;
        if (output.Kind == OutputFormatKind.Vendor && !_isOwn) return; // reported at the end
        writing.Take(RequestField.OutputFormat);
        if (needsTool) return;
        if (_isOwn && output.Raw.IsPresent)
        {
            _json.Member("response_format"u8, output.Raw);
            return;
        }

        if (output.Kind == OutputFormatKind.Text) return; // the default
        _json.BeginObject("response_format"u8);
        if (output.Kind == OutputFormatKind.JsonObject || !output.Schema.IsPresent) _json.Member("type"u8, "json_object"u8);
        else
        {
            _json.Member("type"u8, "json_schema"u8).BeginObject("json_schema"u8)
                .Member("name"u8, output.Name.IsEmpty ? JsonString.Literal("output"u8) : ToolNames.Valid(output.Name))
                .MemberIfPresent("description"u8, output.Description).Member("schema"u8, output.Schema);
            if (output.Strict.HasValue) _json.Member("strict"u8, output.Strict);
            _json.EndObject();
        }

        _json.EndObject();
    }
}
