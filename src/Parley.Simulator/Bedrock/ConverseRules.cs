using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What Converse refuses: the model, its settings and tools, then the conversation (<see cref="ConverseTurnRules"/>).</summary>
internal static class ConverseRules
{
    public static BedrockRefusal? Check(SimulatedCall call)
    {
        var body = call.Body;
        if (BedrockTraits.Find(call.Model!) is not { } traits)
            return BedrockRefusal.Validation("The provided model identifier is invalid.");
        if (traits.NeedsProfile && !traits.IsProfile)
        {
            return BedrockRefusal.Validation($"Invocation of model ID {call.Model} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an "
                + "inference profile that contains this model.");
        }
        if (traits.IsEmbedding)
            return BedrockRefusal.Validation("This action doesn't support the model that you provided. Try again with a supported text or chat model.");
        if (!traits.TakesCachePoints && HasCachePoints(body))
        {
            return new BedrockRefusal(403, "AccessDeniedException", "You invoked an unsupported model or your request did not allow prompt caching. "
                + "See the documentation for more information.");
        }
        return Types(body) ?? Inference(body, traits) ?? Tools(body, traits) ?? System(body) ?? ConverseTurnRules.Check(body, traits) ?? Thinking(body, traits);
    }

    private static BedrockRefusal? Types(JsonElement body)
    {
        foreach (var (name, kind) in ((string, JsonValueKind)[])[("messages", JsonValueKind.Array), ("system", JsonValueKind.Array), ("toolConfig", JsonValueKind.Object), ("inferenceConfig", JsonValueKind.Object)])
        {
            if (body.Find(name) is { } value && value.ValueKind != kind)
            {
                var (from, to) = (value.ValueKind == JsonValueKind.String ? "STRING_VALUE" : "START_OBJECT", kind == JsonValueKind.Array ? "List" : "Structure");
                return new BedrockRefusal(400, "SerializationException", $"{from} can not be converted to a {to}");
            }
        }
        return null;
    }

    private static BedrockRefusal? Inference(JsonElement body, BedrockTraits traits)
    {
        if (body.Find("inferenceConfig") is not { } config)
            return null;
        if (config.FindInt("maxTokens") is < 1 and var most)
            return Constraint($"{most}", "inferenceConfig.maxTokens", "Member must have value greater than or equal to 1");
        foreach (var name in (string[])["temperature", "topP"])
        {
            if (config.Find(name) is { ValueKind: JsonValueKind.Number } value && value.GetDouble() is < 0 or > 1)
            {
                return Constraint(value.GetRawText(), $"inferenceConfig.{name}",
                    value.GetDouble() < 0 ? "Member must have value greater than or equal to 0" : "Member must have value less than or equal to 1");
            }
        }
        if (!traits.IsClaude)
            return null;
        var claude = ClaudeTraits.Of(traits.Name);
        if (claude.RefusesSampling && (config.Find("temperature") ?? config.Find("topP")) is not null)
            return Model($"`{(config.Find("temperature") is null ? "top_p" : "temperature")}` is deprecated for this model.");
        return !claude.TakesBothTemperatures && config.Find("temperature") is not null && config.Find("topP") is not null
            ? Model("`temperature` and `top_p` cannot both be specified for this model. Please use only one.")
            : null;
    }

    private static BedrockRefusal? Tools(JsonElement body, BedrockTraits traits)
    {
        if (body.Find("toolConfig") is not { } config)
            return null;
        if (!traits.CallsTools)
            return BedrockRefusal.Validation("This model doesn't support tool use.");
        var tools = config.FindArray("tools").ToArray();
        if (tools.Length == 0)
            return Constraint("[]", "toolConfig.tools", "Member must have length greater than or equal to 1");
        for (var index = 0; index < tools.Length; index++)
        {
            if (tools[index].Find("cachePoint") is not null)
            {
                if (traits.IsNova)
                    return BedrockRefusal.Validation($"Malformed input request: #/toolConfig/tools/{index}: extraneous key [cachePoint] is not permitted, please reformat your input and try again.");
                continue;
            }
            var path = $"toolConfig.tools.{index + 1}.member.toolSpec";
            if (tools[index].Find("toolSpec") is not { } spec)
                continue;
            if (spec.FindString("name") is not { } name)
                return Constraint("null", $"{path}.name", "Member must not be null");
            if (name.Length is 0 or > 64)
                return Constraint($"'{name}'", $"{path}.name", "Member must have length less than or equal to 64");
            if (!IsName(name))
                return Constraint($"'{name}'", $"{path}.name", "Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+");
            if (spec.Find("description") is { ValueKind: JsonValueKind.String } description && description.GetString()!.Length == 0)
                return Constraint("''", $"{path}.description", "Member must have length greater than or equal to 1");
            if (spec.Find("inputSchema")?.Find("json") is not { ValueKind: JsonValueKind.Object } schema)
                return Constraint("null", $"{path}.inputSchema", "Member must not be null");
            if (schema.FindString("type") != "object")
                return BedrockRefusal.Validation($"The value at toolConfig.tools.{index}.toolSpec.inputSchema.json.type must be one of the following: object.");
        }
        if (config.Find("toolChoice") is not { } choice)
            return null;
        foreach (var kind in (string[])["any", "tool"])
        {
            if (choice.Find(kind) is not null && !traits.CanBeForced)
                return BedrockRefusal.Validation($"This model doesn't support the toolConfig.toolChoice.{kind} field. Remove toolConfig.toolChoice.{kind} and try again.");
        }
        return choice.Find("tool") is { } forced && tools.All(tool => tool.Find("toolSpec")?.FindString("name") != forced.FindString("name"))
            ? Model($"tool_choice: Tool '{forced.FindString("name")}' not found in provided tools")
            : null;
    }

    private static BedrockRefusal? System(JsonElement body)
    {
        var index = -1;
        foreach (var block in body.FindArray("system"))
        {
            index++;
            if (block.FindString("text") is { } text && string.IsNullOrWhiteSpace(text))
                return BedrockRefusal.Validation($"The text field in the SystemContentBlock object at system.{index} is blank. Add text to the text field, and try again.");
        }
        return null;
    }

    // Anthropic's rules hold for its models here too; Bedrock passes them on as the model's.
    private static BedrockRefusal? Thinking(JsonElement body, BedrockTraits traits)
    {
        if (!traits.IsClaude || body.Find("additionalModelRequestFields") is not { } fields || fields.Find("thinking") is not { } thinking)
            return null;
        var config = body.Find("inferenceConfig") ?? default;
        var request = Json.Write((thinking, config, body), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("thinking");
            state.thinking.WriteTo(writer);
            foreach (var (from, to) in ((string, string)[])[("maxTokens", "max_tokens"), ("temperature", "temperature"), ("topP", "top_p")])
            {
                if (state.config.Find(from) is not { } value)
                    continue;
                writer.WritePropertyName(to);
                value.WriteTo(writer);
            }
            if (state.body.Find("toolConfig")?.Find("toolChoice") is { } choice && (choice.Find("any") ?? choice.Find("tool")) is not null)
            {
                writer.WriteStartObject("tool_choice");
                writer.WriteString("type", "any");
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        });
        using var document = JsonDocument.Parse(request);
        return MessageThinkingRules.Check(document.RootElement, ClaudeTraits.Of(traits.Name)) is { } problem ? Model(problem.Message) : null;
    }

    /// <summary>What the model itself refused.</summary>
    public static BedrockRefusal Model(string message) => BedrockRefusal.Validation($"The model returned the following errors: {message}");

    /// <summary>What the service's own schema refuses.</summary>
    public static BedrockRefusal Constraint(string value, string path, string constraint) =>
        BedrockRefusal.Validation($"1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: {constraint}");

    public static bool IsName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static bool HasCachePoints(JsonElement body) => body.FindArray("system").Concat(body.Find("toolConfig")?.FindArray("tools") ?? [])
        .Concat(body.FindArray("messages").SelectMany(message => message.FindArray("content"))).Any(block => block.Find("cachePoint") is not null);
}
