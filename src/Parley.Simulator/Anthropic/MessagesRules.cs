using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// What Messages refuses, outside in: header, model, members, settings, then the conversation (<see cref="MessageBlockRules"/>,
/// <see cref="MessageTurnRules"/>).
/// </summary>
internal static class MessagesRules
{
    // platform.claude.com, "Create a Message"; output_format and mcp_servers belong to beta headers.
    private static readonly string[] Members =
    [
        "model", "max_tokens", "messages", "system", "temperature", "top_p", "top_k", "stop_sequences", "stream", "metadata", "tools", "tool_choice",
        "thinking", "service_tier", "container", "context_management", "mcp_servers", "output_config", "output_format", "cache_control", "inference_geo", "speed", "thread",
    ];

    private static readonly string[] CountedMembers =
    [
        "model", "messages", "system", "tools", "tool_choice", "thinking", "context_management", "mcp_servers", "output_config", "output_format", "cache_control",
    ];

    public static AnthropicRefusal? Check(SimulatedCall call)
    {
        var body = call.Body;
        if (call.Header("anthropic-version") is not { Length: > 0 } version)
            return AnthropicRefusal.Invalid("anthropic-version: header is required");
        if (!MessageVersionRules.Exists(version))
            return AnthropicRefusal.Invalid($"anthropic-version: \"{version}\" is not a valid version. See https://docs.anthropic.com/en/api/versioning.");
        var counting = call.Operation == Operation.CountMessageTokens;
        if (Required(body, "model", JsonValueKind.String) is { } noModel)
            return noModel;
        if (!ClaudeTraits.Exists(call.Model!))
            return AnthropicRefusal.NotFound($"model: {call.Model}");
        var traits = ClaudeTraits.Of(call.Model!);
        return (counting ? null : MaxTokens(body, traits, call.Model!))
            ?? Required(body, "messages", JsonValueKind.Array)
            ?? MessageVersionRules.Check(version, body)
            ?? MessageThreadRules.Check(call)
            ?? Extra(body, "", counting ? CountedMembers : Members)
            ?? Settings(body, traits)
            ?? MessageThinkingRules.Check(body, traits)
            ?? MessageToolRules.Check(body)
            ?? Schema(body, traits)
            ?? MessageBlockRules.Check(body)
            ?? MessageTurnRules.Check(body, traits);
    }

    /// <summary>A member that is not of those; <paramref name="path"/> ends in a dot or is empty.</summary>
    public static AnthropicRefusal? Extra(JsonElement element, string path, string[] known)
    {
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name, StringComparer.Ordinal))
                return AnthropicRefusal.Invalid($"{path}{member.Name}: Extra inputs are not permitted");
        }
        return null;
    }

    public static AnthropicRefusal? Required(JsonElement element, string name, JsonValueKind kind, string path = "")
    {
        if (element.Find(name) is not { } value)
            return AnthropicRefusal.Invalid($"{path}{name}: Field required");
        return value.ValueKind == kind ? null : AnthropicRefusal.Invalid($"{path}{name}: Input should be a valid {NameOf(kind)}");
    }

    private static AnthropicRefusal? MaxTokens(JsonElement body, ClaudeTraits traits, string model)
    {
        if (Required(body, "max_tokens", JsonValueKind.Number) is { } missing)
            return missing;
        if (body.FindInt("max_tokens") is not { } most)
            return AnthropicRefusal.Invalid("max_tokens: Input should be a valid integer");
        if (most < 1)
            return AnthropicRefusal.Invalid("max_tokens: Input should be greater than or equal to 1");
        return most > traits.MostOutput
            ? AnthropicRefusal.Invalid($"max_tokens: {most} > {traits.MostOutput}, which is the maximum allowed number of output tokens for {model}")
            : null;
    }

    private static AnthropicRefusal? Settings(JsonElement body, ClaudeTraits traits)
    {
        foreach (var (name, most) in ((string, double)[])[("temperature", 1), ("top_p", 1), ("top_k", 500)])
        {
            if (body.Find(name) is not { } value)
                continue;
            if (value.ValueKind != JsonValueKind.Number)
                return AnthropicRefusal.Invalid($"{name}: Input should be a valid number");
            // The defaults are let pass: 1 and 1.
            if (traits.RefusesSampling && !(name != "top_k" && value.GetDouble() == 1))
                return AnthropicRefusal.Invalid($"`{name}` is deprecated for this model.");
            if (value.GetDouble() < 0)
                return AnthropicRefusal.Invalid($"{name}: Input should be greater than or equal to 0");
            if (value.GetDouble() > most)
                return AnthropicRefusal.Invalid(name == "temperature" ? "temperature: range: 0..1" : $"{name}: Input should be less than or equal to {most}");
        }
        if (!traits.TakesBothTemperatures && body.Find("temperature") is not null && body.Find("top_p") is not null)
            return AnthropicRefusal.Invalid("`temperature` and `top_p` cannot both be specified for this model. Please use only one.");
        if (body.Find("stream") is { } stream && stream.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return AnthropicRefusal.Invalid("stream: Input should be a valid boolean");
        if (body.Find("metadata") is { ValueKind: JsonValueKind.Object } metadata && Extra(metadata, "metadata.", ["user_id"]) is { } extra)
            return extra;
        return body.FindArray("stop_sequences").Any(stop => stop.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(stop.GetString()))
            ? AnthropicRefusal.Invalid("stop_sequences: each stop sequence must contain non-whitespace")
            : null;
    }

    private static AnthropicRefusal? Schema(JsonElement body, ClaudeTraits traits)
    {
        if (body.Find("output_config") is not { } config)
            return null;
        if (config.ValueKind != JsonValueKind.Object)
            return AnthropicRefusal.Invalid("output_config: Input should be a valid dictionary");
        if (Extra(config, "output_config.", ["format", "effort", "task_budget"]) is { } extra)
            return extra;
        if (config.FindString("effort") is { } effort and not ("low" or "medium" or "high" or "xhigh" or "max"))
            return AnthropicRefusal.Invalid($"output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'");
        if (config.Find("format") is not { } format)
            return null;
        if (!traits.KnowsSchemas)
            return AnthropicRefusal.Invalid("output_config.format: This model does not support structured outputs.");
        if (format.FindString("type") != "json_schema")
            return AnthropicRefusal.Invalid("output_config.format.type: Input should be 'json_schema'");
        if (Extra(format, "output_config.format.", ["type", "schema"]) is { } unknown)
            return unknown;
        return Required(format, "schema", JsonValueKind.Object, "output_config.format.") ?? MessageSchemaRules.Check(format.Find("schema")!.Value);
    }

    private static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "dictionary",
        JsonValueKind.Number => "number",
        _ => "string",
    };
}
