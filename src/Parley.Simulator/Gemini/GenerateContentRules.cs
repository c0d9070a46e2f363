using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What generateContent refuses: the payload's form, the model, its settings, then the conversation.</summary>
internal static class GenerateContentRules
{
    // The two values Google documents for calls that another model made (ai.google.dev, "Thought signatures", FAQ).
    private static readonly string[] Skips = ["skip_thought_signature_validator", "context_engineering_is_the_way_to_go"];

    public static GeminiRefusal ModelNotFound(SimulatedCall call)
    {
        var method = call.Operation switch
        {
            Operation.EmbedContent => "embedContent",
            Operation.BatchEmbedContents => "batchEmbedContents",
            Operation.CountContentTokens => "countTokens",
            _ => "generateContent",
        };
        return new GeminiRefusal(404, "NOT_FOUND", $"models/{call.Model} is not found for API version v1beta, or is not supported for {method}. "
            + "Call ListModels to see the list of available models and their supported methods.");
    }

    public static GeminiRefusal? Check(SimulatedCall call)
    {
        if (GeminiPayload.Check(call.Body, "GenerateContentRequest") is { } malformed)
            return malformed;
        if (!GeminiTraits.Exists(call.Model!) || GeminiTraits.IsEmbedding(call.Model!))
            return ModelNotFound(call);
        var traits = GeminiTraits.Of(call.Model!);
        return Settings(call.Body, traits) ?? Tools(call.Body) ?? Contents(call.Body) ?? Turns(call.Body, traits);
    }

    /// <summary>The rules of contents, which countTokens shares.</summary>
    public static GeminiRefusal? Contents(JsonElement body)
    {
        var contents = body.Members("contents").ToArray();
        if (contents.Length == 0)
            return GeminiRefusal.Invalid("* GenerateContentRequest.contents: contents is not specified\n");
        for (var index = 0; index < contents.Length; index++)
        {
            // Without a role a content is the user's.
            if (contents[index].MemberText("role") is { } role and not ("user" or "model" or "function" or ""))
                return GeminiRefusal.Invalid("Please use a valid role: user, model.");
            var parts = contents[index].Parts().ToArray();
            if (parts.Length == 0)
                return GeminiRefusal.Invalid($"* GenerateContentRequest.contents[{index}].parts: contents.parts must not be empty.\n");
            for (var at = 0; at < parts.Length; at++)
            {
                if (Part(parts[at], $"GenerateContentRequest.contents[{index}].parts[{at}]") is { } problem)
                    return problem;
            }
        }
        return null;
    }

    private static GeminiRefusal? Part(JsonElement part, string path)
    {
        string[] data = ["text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult", "toolCall", "toolResponse"];
        if (data.All(name => part.Member(name) is null) && part.Member("thoughtSignature") is null)
            return GeminiRefusal.Invalid($"* {path}.data: required oneof field 'data' must have one initialized field\n");
        if (part.Member("inlineData") is { } blob && string.IsNullOrEmpty(blob.MemberText("mimeType")))
            return GeminiRefusal.Invalid($"* {path}.inline_data.mime_type: mime_type is not specified\n");
        if (part.Member("fileData") is { } file)
        {
            // Only what was uploaded to Google, or is on YouTube.
            var uri = file.MemberText("fileUri") ?? "";
            if (!uri.StartsWith("https://generativelanguage.googleapis.com/", StringComparison.Ordinal) && !uri.Contains("youtu", StringComparison.Ordinal))
                return GeminiRefusal.Invalid($"Invalid or unsupported file uri: {uri}");
        }
        if (part.Member("functionCall") is { } call && string.IsNullOrEmpty(call.MemberText("name")))
            return GeminiRefusal.Invalid($"* {path}.function_call.name: Name cannot be empty.\n");
        if (part.Member("functionResponse") is not { } response)
            return null;
        if (string.IsNullOrEmpty(response.MemberText("name")))
            return GeminiRefusal.Invalid($"* {path}.function_response.name: Name cannot be empty.\n");
        return response.Member("response") is { ValueKind: not JsonValueKind.Object } odd
            ? GeminiRefusal.Invalid($"Invalid value at '{path["GenerateContentRequest.".Length..]}.function_response.response' (type.googleapis.com/google.protobuf.Struct), {odd.GetRawText()}")
            : null;
    }

    private static GeminiRefusal? Settings(JsonElement body, GeminiTraits traits)
    {
        if (body.Member("generationConfig") is not { } config)
            return null;
        if (config.MemberInt("candidateCount") is > 1 and var count && traits.Version >= 3)
            return GeminiRefusal.Invalid($"Multiple candidates is not enabled for this model: {count}");
        if (config.Member("temperature") is { ValueKind: JsonValueKind.Number } temperature && temperature.GetDouble() is < 0 or > 2)
            return GeminiRefusal.Invalid("* GenerateContentRequest.generation_config.temperature: temperature must be in the range [0.0, 2.0].\n");
        if (config.MemberInt("maxOutputTokens") is < 1)
            return GeminiRefusal.Invalid("* GenerateContentRequest.generation_config.max_output_tokens: max_output_tokens must be positive.\n");
        if (config.Members("stopSequences").Count() > 5)
            return GeminiRefusal.Invalid("* GenerateContentRequest.generation_config.stop_sequences: the number of stop_sequences must not exceed 5.\n");
        var schema = config.Member("responseSchema") ?? config.Member("responseJsonSchema") ?? config.Member("_responseJsonSchema");
        var mime = config.MemberText("responseMimeType");
        if (mime is not (null or "" or "text/plain" or "application/json" or "text/x.enum"))
        {
            return GeminiRefusal.Invalid("* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are `text/plain`, `application/json`, "
                + "`application/xml`, `application/yaml` and `text/x.enum`.\n");
        }
        if (schema is not null && mime is not ("application/json" or "text/x.enum"))
            return GeminiRefusal.Invalid("Response schema is only supported with response mime type 'application/json' or 'text/x.enum'.");
        if (!traits.TakesSchemaWithTools && mime == "application/json" && body.Members("tools").Any())
            return GeminiRefusal.Invalid("Function calling with a response mime type: 'application/json' is unsupported");
        return Thinking(config, traits);
    }

    private static GeminiRefusal? Thinking(JsonElement config, GeminiTraits traits)
    {
        if (config.Member("thinkingConfig") is not { } thinking)
            return null;
        var (budget, level) = (thinking.MemberInt("thinkingBudget"), thinking.MemberText("thinkingLevel"));
        if (!traits.Thinks)
            return GeminiRefusal.Invalid("Thinking is not enabled for this model.");
        if (budget is not null && level is not null)
            return GeminiRefusal.Invalid("You can only set only one of thinking budget and thinking level.");
        if (level is not null)
        {
            if (level.ToUpperInvariant() is not ("THINKING_LEVEL_UNSPECIFIED" or "MINIMAL" or "LOW" or "MEDIUM" or "HIGH"))
            {
                return GeminiRefusal.Invalid("Invalid value at 'generation_config.thinking_config.thinking_level' "
                    + $"(type.googleapis.com/google.ai.generativelanguage.v1beta.ThinkingConfig.ThinkingLevel), \"{level}\"");
            }
            if (!traits.ThinksByLevel)
                return GeminiRefusal.Invalid("Thinking level is not supported for this model.");
            return traits.IsPro && level.ToUpperInvariant() is "MINIMAL"
                ? GeminiRefusal.Invalid($"Thinking level {level.ToUpperInvariant()} is not supported for this model. Please retry with other thinking level.")
                : null;
        }
        if (budget is null or -1 || (budget == 0 && traits.CanStopThinking))
            return null;
        if (budget == 0)
            return GeminiRefusal.Invalid("Budget 0 is invalid. This model only works in thinking mode.");
        var (least, most) = traits.Budget;
        return budget < least || budget > most
            ? GeminiRefusal.Invalid($"The thinking budget {budget} is invalid. Please choose a value between {least} and {most}.")
            : null;
    }

    private static GeminiRefusal? Tools(JsonElement body)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var tool = -1;
        foreach (var one in body.Members("tools"))
        {
            tool++;
            var at = -1;
            foreach (var function in one.Members("functionDeclarations"))
            {
                at++;
                var path = $"GenerateContentRequest.tools[{tool}].function_declarations[{at}]";
                var name = function.MemberText("name") ?? "";
                if (!IsName(name))
                {
                    return GeminiRefusal.Invalid($"* {path}.name: Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), "
                        + "underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.\n");
                }
                if (!names.Add(name))
                    return GeminiRefusal.Invalid($"Duplicate function declaration found: {name}");
                if (function.Member("parameters") is not null && function.Member("parametersJsonSchema") is not null)
                    return GeminiRefusal.Invalid($"* {path}: parameters and parameters_json_schema cannot both be set.\n");
            }
        }
        var choice = body.Member("toolConfig")?.Member("functionCallingConfig");
        if (choice?.MemberText("mode") is { } mode and not ("MODE_UNSPECIFIED" or "AUTO" or "ANY" or "NONE" or "VALIDATED"))
        {
            return GeminiRefusal.Invalid("Invalid value at 'tool_config.function_calling_config.mode' "
                + $"(type.googleapis.com/google.ai.generativelanguage.v1beta.FunctionCallingConfig.Mode), \"{mode}\"");
        }
        if (choice is { } config && config.Members("allowedFunctionNames").Any() && config.MemberText("mode") is not ("ANY" or "VALIDATED"))
            return GeminiRefusal.Invalid("Function calling config: allowed_function_names should only be set when the mode is ANY or VALIDATED.");
        return choice is not null && names.Count == 0 && choice.Value.MemberText("mode") is "ANY"
            ? GeminiRefusal.Invalid("Function calling config is set without function_declarations.")
            : null;
    }

    private static GeminiRefusal? Turns(JsonElement body, GeminiTraits traits)
    {
        var contents = body.Members("contents").ToArray();
        var calls = Array.ConvertAll(contents, content => content.Parts().Count(part => part.Member("functionCall") is not null));
        for (var index = 0; index < contents.Length; index++)
        {
            if (calls[index] > 0 && (index == 0 || contents[index - 1].MemberText("role") == "model"))
                return GeminiRefusal.Invalid("Please ensure that function call turn comes immediately after a user turn or after a function response turn.");
            var responses = contents[index].Parts().Count(part => part.Member("functionResponse") is not null);
            var expected = index == 0 ? 0 : calls[index - 1];
            if (responses > 0 && expected == 0)
                return GeminiRefusal.Invalid("Please ensure that function response turn comes immediately after a function call turn.");
            if (responses != expected)
                return GeminiRefusal.Invalid("Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.");
        }
        return calls[^1] > 0
            ? GeminiRefusal.Invalid("Please ensure that function call turn is followed by a function response turn.")
            : Signatures(contents, traits);
    }

    // What was signed must be whole; and in the current turn, which began with the last text of the user, the first call of each step must be signed.
    private static GeminiRefusal? Signatures(JsonElement[] contents, GeminiTraits traits)
    {
        var turn = Array.FindLastIndex(contents, content => content.MemberText("role") is not "model" && content.Parts().Any(part => part.Member("functionResponse") is null));
        for (var index = 0; index < contents.Length; index++)
        {
            var first = true;
            foreach (var part in contents[index].Parts())
            {
                var signature = part.MemberText("thoughtSignature");
                if (signature is not null && !Skips.Contains(signature) && !ReasoningSeal.IsOurs(signature, "gemini", ""))
                    return GeminiRefusal.Invalid("Corrupted thought signature.");
                if (part.Member("functionCall") is not { } call)
                    continue;
                if (traits.SignsCalls && first && index > turn && signature is null)
                {
                    return GeminiRefusal.Invalid("Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and "
                        + "missing thought_signature may lead to degraded model performance. Additional data, function call "
                        + $"`default_api:{call.MemberText("name")}` , position {index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.");
                }
                first = false;
            }
        }
        return null;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 64 && (char.IsAsciiLetter(name[0]) || name[0] == '_')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or ':' or '-');
}
