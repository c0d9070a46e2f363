using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Writes <c>toolConfig</c>: what is offered, and how it is to be chosen.</summary>
internal sealed class ConverseToolsWriter(RequestWriting writing, ConverseMessages messages, bool thinks, CacheBreakpoints marks)
{
    private readonly Conversation _request = writing.Conversation;
    private readonly JsonOutput _json = writing.Json;
    private readonly bool _isOwn = writing.Conversation.Origin == Dialect.BedrockConverse;
    private readonly List<ToolDefinition> _tools = [];
    private readonly List<JsonString> _undefined = [];

    /// <summary>True when one call at a time is wanted and the model's own field must say so (Claude from 4.5 on).</summary>
    internal bool ForbidsParallelCalls { get; private set; }

    internal void Write(List<VendorField> vendor)
    {
        writing.Take(RequestField.Tools);
        writing.Take(RequestField.ToolChoice);
        var needsOutput = ConverseOutput.NeedsTool(writing);
        Gather();
        var (choice, name) = Choice(needsOutput);
        Parallel(choice);
        if (_tools.Count == 0 && _undefined.Count == 0 && !needsOutput) return;

        _json.BeginObject("toolConfig"u8).BeginArray("tools"u8);
        for (var i = 0; i < _tools.Count; i++) Tool(_tools[i], i == _tools.Count - 1);
        foreach (var tool in _undefined) Spec(writing.ToolName(tool), default, JsonValue.Literal("""{"type":"object"}"""u8));
        if (needsOutput) OutputTool();
        _json.EndArray();
        if (choice is { } mode) Choice(mode, name);
        ConverseRequestWriter.Nested(_json, vendor, "toolConfig");
        _json.EndObject();
    }

    // Converse cannot forbid tools, so none are offered; and it answers 400 to a history with calls whose tools it is not told of.
    private void Gather()
    {
        HashSet<JsonString>? allowed = _request.ToolChoice?.Allowed is { } names ? [.. names] : null;
        var isForbidden = _request.ToolChoice is { Mode: ToolChoiceMode.None };
        foreach (var tool in _request.Tools)
        {
            if (isForbidden && !messages.Calls(tool.Name)) continue;
            if (!isForbidden && allowed?.Contains(tool.Name) == false) continue;
            if (CanWrite(tool)) _tools.Add(tool);
        }

        if (isForbidden && _tools.Count > 0) writing.Lose(RequestField.ToolChoice, "Converse cannot forbid tools; those of the history are offered");
        if (_isOwn || !messages.HasToolBlocks) return;
        HashSet<JsonString> offered = [.. _tools.Select(tool => tool.Name)];
        _undefined.AddRange(messages.CalledTools.Where(name => !offered.Contains(name)));

        if (_undefined.Count > 0) ReportUndefined();
    }

    private void ReportUndefined()
    {
        var path = RequestFieldNames.Of(RequestField.Tools, _request.Origin);
        writing.Losses.Add(path, "tools that only the history knows are offered again: Converse wants a definition of each", path);
    }

    private bool CanWrite(ToolDefinition tool)
    {
        if (_isOwn || tool.Kind == ToolKind.Function || SystemTool(tool).Length > 0)
        {
            if (!_isOwn) foreach (var _ in writing.Vendor(tool.Vendor)) { }
            return true;
        }

        var reason = tool.Kind == ToolKind.Custom ? "Converse has no tools of free text" : "the model has no such tool of its own";
        writing.Losses.Add(Path(tool), reason, RequestFieldNames.Of(RequestField.Tools, _request.Origin));
        return false;
    }

    // Nova 2's own tools (nova2-userguide, "System tools").
    private ReadOnlySpan<byte> SystemTool(ToolDefinition tool) => writing.Traits is not { Family: ModelFamily.Nova, Reasoning: ReasoningStyle.Effort } ? default
        : tool.Kind == ToolKind.WebSearch ? "nova_grounding"u8
        : tool.Kind == ToolKind.CodeExecution ? "nova_code_interpreter"u8
        : default;

    private void Tool(ToolDefinition tool, bool isLast)
    {
        if (tool.Kind == ToolKind.Function) Function(tool);
        else if (_isOwn) _json.Value(tool.Raw);
        else _json.BeginObject().BeginObject("systemTool"u8).Member("name"u8, SystemTool(tool)).EndObject().EndObject();
        if (marks.Of(tool, isLast) is not { IsPresent: true } mark) return;
        // Nova caches instructions and messages alone (userguide/prompt-caching, the table of models).
        if (_isOwn || (writing.Traits.TakesCachePoints && writing.Traits.Family != ModelFamily.Nova)) ConverseCacheMarks.Write(writing, mark);
        else writing.Losses.Add(Path(tool) + ".cache_control", "the model takes no cache points behind tools", RequestFieldNames.Of(RequestField.Tools, _request.Origin) + ".cache_control");
    }

    private void Function(ToolDefinition tool)
    {
        if (_isOwn)
        {
            Spec(tool.Name, tool.Description, tool.Schema, tool.Strict, tool.Vendor);
            return;
        }

        var strict = tool.Strict.IsTrue && writing.Traits.HasJsonSchema ? tool.Strict : default;
        if (tool.Strict.IsTrue && !strict.IsPresent)
            writing.Losses.Add(Path(tool) + ".strict", "the model cannot be held to a schema", RequestFieldNames.Of(RequestField.Tools, _request.Origin) + ".strict");
        using var lowered = new PooledBuffer();
        var schema = Schema(tool.Schema);
        if (strict.IsPresent)
        {
            // A strict tool's schema has the limits of structured output (userguide/structured-output, "JSON Schema Draft 2020-12 subset").
            SchemaLowering.Write(schema, ClaudeSchemaRules.OutputFormat, Path(tool) + ".parameters", new JsonOutput(lowered), writing.Losses);
            schema = new JsonValue(lowered.Memory);
        }

        Spec(writing.ToolName(tool), tool.Description.IsEmpty ? default : tool.Description, schema, strict);
    }

    // "The top level schema type must be object" (API_runtime_ToolInputSchema).
    private static JsonValue Schema(JsonValue schema) => schema.Member("type"u8).IsPresent ? schema
        : !schema.IsObject || schema.IsEmptyContainer ? JsonValue.Literal("""{"type":"object","properties":{}}"""u8)
        : new JsonValue((byte[])[.. """{"type":"object","""u8, .. schema.Span[1..]]);

    private void Spec(JsonString name, JsonString description, JsonValue schema, JsonValue strict = default, List<VendorField>? vendor = null)
    {
        _json.BeginObject().BeginObject("toolSpec"u8).Member("name"u8, name).MemberIfPresent("description"u8, description);
        _json.BeginObject("inputSchema"u8).Member("json"u8, schema).EndObject().MemberIfPresent("strict"u8, strict);
        foreach (var field in writing.Vendor(vendor)) _json.Member(field.Name.Span, field.Value);
        _json.EndObject().EndObject();
    }

    private void OutputTool()
    {
        var output = _request.Output!;
        var isAny = AnyObject.IsMeant(output);
        var description = !output.Description.IsEmpty ? output.Description
            : JsonString.Literal(isAny ? AnyObject.Description : "Gives the answer. Call it once, with the whole answer."u8);
        Spec(ConverseOutput.ToolName, description, isAny ? AnyObject.Schema : Schema(output.Schema));
        writing.OutputTool = ConverseOutput.ToolName;
    }

    private (ToolChoiceMode? Mode, JsonString Name) Choice(bool needsOutput)
    {
        var asked = _request.ToolChoice;
        if (_isOwn && !needsOutput) return (asked?.Mode, asked?.Name ?? default);
        var isForced = asked is { Mode: ToolChoiceMode.Required or ToolChoiceMode.Named };
        // Claude: "Thinking isn't compatible with forced tool use"; Llama refuses every toolChoice.
        var reason = !writing.Traits.TakesForcedTool ? "the model cannot be made to call a tool"
            : thinks && writing.Traits.Family == ModelFamily.Claude ? "not while the model thinks"
            : isForced && _tools.Count == 0 ? "none of the tools is offered"
            : asked is { Mode: ToolChoiceMode.Named } && !_tools.Exists(tool => tool.Name == asked.Name) ? "the tool is not offered"
            : null;
        if (isForced && reason is not null) writing.Lose(RequestField.ToolChoice, reason);
        var canForce = writing.Traits.TakesForcedTool && !(thinks && writing.Traits.Family == ModelFamily.Claude);
        if (isForced && reason is null && !(needsOutput && asked!.Mode == ToolChoiceMode.Required)) return (asked!.Mode, asked.Name);
        if (!needsOutput || !canForce) return (null, default);
        // Beside other tools the model must be free to call one of them first.
        return _tools.Count + _undefined.Count > 0 ? (ToolChoiceMode.Required, default) : (ToolChoiceMode.Named, ConverseOutput.ToolName);
    }

    private void Choice(ToolChoiceMode mode, JsonString name)
    {
        if (mode == ToolChoiceMode.None) return;
        _json.BeginObject("toolChoice"u8);
        if (mode == ToolChoiceMode.Named) _json.BeginObject("tool"u8).Member("name"u8, writing.ToolName(name)).EndObject();
        else _json.BeginObject(mode == ToolChoiceMode.Required ? "any"u8 : "auto"u8).EndObject();
        _json.EndObject();
    }

    private void Parallel(ToolChoiceMode? choice)
    {
        var parallel = writing.Peek(RequestField.ParallelToolCalls);
        if (!parallel.IsFalse || _tools.Count == 0)
        {
            if (!_isOwn) writing.Take(RequestField.ParallelToolCalls);
            return;
        }

        ForbidsParallelCalls = writing.Traits is { Family: ModelFamily.Claude, HasJsonSchema: true } && choice is null;
        if (ForbidsParallelCalls) writing.Take(RequestField.ParallelToolCalls);
        else writing.Lose(RequestField.ParallelToolCalls, "Converse cannot ask for one call at a time");
    }

    private string Path(ToolDefinition tool) => $"{RequestFieldNames.Of(RequestField.Tools, _request.Origin)}[{tool.Index}]";
}
