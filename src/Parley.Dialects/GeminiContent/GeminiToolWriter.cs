using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.GeminiContent;

/// <summary>Writes <c>tools</c> and <c>toolConfig</c>.</summary>
internal sealed class GeminiToolWriter(RequestWriting writing)
{
    private readonly JsonOutput _json = writing.Json;
    private readonly Conversation _conversation = writing.Conversation;

    internal void Write()
    {
        writing.Take(RequestField.Tools);
        writing.Take(RequestField.ToolChoice);
        if (_conversation.Origin == Dialect.GeminiContent)
        {
            WriteOwn();
            return;
        }

        var functions = _conversation.Tools.FindAll(tool => tool.Kind == ToolKind.Function);
        var needsTool = NeedsOutputTool(functions.Count > 0);
        if (needsTool) writing.OutputTool = JsonString.Literal("parley_output"u8);
        var hasFunctions = functions.Count > 0 || needsTool;
        // Before Gemini 3 the vendor's tools and functions in one request are answered with 400.
        var goTogether = !hasFunctions || writing.Traits.Reasoning == ReasoningStyle.Level;
        var builtIns = BuiltIns(goTogether);
        if (!hasFunctions && builtIns.Count == 0) return;
        _json.BeginArray("tools"u8).BeginObject();
        if (hasFunctions)
        {
            _json.BeginArray("functionDeclarations"u8);
            foreach (var function in functions) Function(function);
            if (needsTool) OutputTool();
            _json.EndArray();
        }

        foreach (var name in builtIns) _json.BeginObject(System.Text.Encoding.ASCII.GetBytes(name)).EndObject();
        _json.EndObject().EndArray();
        if (hasFunctions) Config(needsTool, builtIns.Count > 0);
    }

    /// <summary>Whether the answer's form must be asked for by a tool: the model has no JSON, or none beside tools.</summary>
    private bool NeedsOutputTool(bool hasFunctions) =>
        _conversation.Output is { Kind: OutputFormatKind.JsonSchema or OutputFormatKind.JsonObject }
        && (!writing.Traits.HasJsonSchema || (hasFunctions && !writing.Traits.HasJsonSchemaWithTools));

    private List<string> BuiltIns(bool goTogether)
    {
        var names = new List<string>();
        foreach (var tool in _conversation.Tools)
        {
            var name = tool.Kind switch
            {
                ToolKind.WebSearch => "googleSearch",
                ToolKind.WebFetch => "urlContext",
                ToolKind.CodeExecution => "codeExecution",
                _ => null,
            };
            if (tool.Kind == ToolKind.Function) continue;
            if (name is null) writing.Losses.Add($"tools[{tool.Index}]", "Gemini has no such tool", "tools");
            else if (!goTogether) writing.Losses.Add($"tools[{tool.Index}]", "this model takes the vendor's tools or functions, not both", "tools");
            else if (!names.Contains(name)) names.Add(name);
        }

        if (!writing.Peek(RequestField.WebSearchOptions).IsPresent) return names;
        if (!goTogether)
        {
            writing.Lose(RequestField.WebSearchOptions, "this model takes the vendor's tools or functions, not both");
            return names;
        }

        writing.Take(RequestField.WebSearchOptions);
        if (!names.Contains("googleSearch")) names.Add("googleSearch");
        return names;
    }

    private void Function(ToolDefinition tool)
    {
        writing.Vendor(tool.Vendor);
        if (tool.CacheControl.HasValue) writing.Losses.Add($"tools[{tool.Index}].cache_control", "Gemini caches by itself, or by cachedContent");
        if (tool.Strict.IsTrue) writing.Losses.Add($"tools[{tool.Index}].strict", "Gemini has no word for it");
        _json.BeginObject().Member("name"u8, writing.ToolName(tool)).MemberIfPresent("description"u8, tool.Description);
        if (HasParameters(tool.Schema))
        {
            _json.Name("parametersJsonSchema"u8);
            GeminiSchema.Lower(tool.Schema, $"tools[{tool.Index}].schema", _json, writing.Losses);
        }

        _json.EndObject();
    }

    // An object without properties is answered with 400; a function without arguments leaves its schema out.
    private static bool HasParameters(JsonValue schema) =>
        schema.IsObject && !schema.IsEmptyContainer
        && !(schema.Member("type"u8).AsString().Is("object"u8) && schema.Member("properties"u8) is { IsPresent: true, IsEmptyContainer: true }
            && !schema.Member("anyOf"u8).IsPresent);

    private void OutputTool()
    {
        _json.BeginObject().Member("name"u8, writing.OutputTool);
        var output = _conversation.Output!;
        if (!output.Description.IsEmpty) _json.Member("description"u8, output.Description);
        else if (AnyObject.IsMeant(output)) _json.Member("description"u8, AnyObject.Description);
        else _json.Member("description"u8, "Gives the final answer. Call it once, when the answer is ready."u8);
        _json.Name("parametersJsonSchema"u8);
        var schema = AnyObject.IsMeant(output) ? AnyObject.Schema : output.Schema;
        GeminiSchema.Lower(schema, RequestFieldNames.Of(RequestField.OutputFormat, _conversation.Origin), _json, writing.Losses);
        _json.EndObject();
    }

    private void Config(bool needsTool, bool hasBuiltIns)
    {
        var choice = _conversation.ToolChoice;
        if (choice is null && !needsTool && !hasBuiltIns) return;
        _json.BeginObject("toolConfig"u8);
        if (choice is not null || needsTool) CallingConfig(choice, needsTool);
        // https://ai.google.dev/gemini-api/docs/tool-combination
        if (hasBuiltIns) _json.Member("includeServerSideToolInvocations"u8, true);
        _json.EndObject();
    }

    private void CallingConfig(ToolChoice? choice, bool needsTool)
    {
        _json.BeginObject("functionCallingConfig"u8);
        var mode = choice?.Mode ?? ToolChoiceMode.Auto;
        var allowed = choice?.Allowed;
        if (mode == ToolChoiceMode.Named)
        {
            _json.Member("mode"u8, "ANY"u8);
            Names([choice!.Name]);
        }
        else if (needsTool)
        {
            // Some function must be called: one of the caller's, or the one that is the answer.
            _json.Member("mode"u8, "ANY"u8);
            if (mode == ToolChoiceMode.None) Names([writing.OutputTool]);
            else if (allowed is not null) Names([.. allowed, writing.OutputTool]);
        }
        else if (mode == ToolChoiceMode.None)
        {
            _json.Member("mode"u8, "NONE"u8);
        }
        else
        {
            // Names are taken with ANY and VALIDATED only.
            _json.Member("mode"u8, mode == ToolChoiceMode.Required ? "ANY"u8 : allowed is null ? "AUTO"u8 : "VALIDATED"u8);
            if (allowed is not null) Names(allowed);
        }

        _json.EndObject();
    }

    private void Names(IReadOnlyList<JsonString> names)
    {
        _json.BeginArray("allowedFunctionNames"u8);
        foreach (var name in names) _json.Value(writing.ToolName(name));
        _json.EndArray();
    }

    private void WriteOwn()
    {
        if (_conversation.Tools.Count > 0) OwnTools();
        var rest = _conversation.Vendor.FindAll(field => field.Path.StartsWith("toolConfig.", StringComparison.Ordinal));
        if (_conversation.ToolChoice is null && rest.Count == 0) return;
        _json.BeginObject("toolConfig"u8);
        if (_conversation.ToolChoice is { } choice) _json.Member("functionCallingConfig"u8, choice.Raw);
        foreach (var field in rest) _json.Name(field.Name.Span).Value(field.Value);
        _json.EndObject();
    }

    private void OwnTools()
    {
        _json.BeginArray("tools"u8);
        foreach (var tool in _conversation.Tools.GroupBy(tool => tool.Index))
        {
            _json.BeginObject();
            var functions = tool.Where(one => one.Kind == ToolKind.Function).ToList();
            if (functions.Count > 0)
            {
                _json.BeginArray("functionDeclarations"u8);
                foreach (var function in functions) _json.Value(function.Raw);
                _json.EndArray();
            }

            foreach (var other in tool.Where(one => one.Kind != ToolKind.Function)) _json.Name(other.Name.Span).Value(other.Raw);
            _json.EndObject();
        }

        _json.EndArray();
    }
}
