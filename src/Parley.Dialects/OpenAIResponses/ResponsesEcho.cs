using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>
/// Writes what a response repeats of its request: every field that the schema of Open Responses requires, with the request's value or
/// the API's default. A response of the dialect's own has its own values, which win.
/// </summary>
internal static class ResponsesEcho
{
    // The API's defaults (openai.openapi.yaml, ModelResponseProperties and ResponseProperties).
    private static readonly (byte[] Name, RequestField Field, JsonValue Default)[] Members =
    [
        ([.. "background"u8], RequestField.Background, JsonValue.Literal("false"u8)),
        ([.. "frequency_penalty"u8], RequestField.FrequencyPenalty, JsonValue.Literal("0"u8)),
        ([.. "max_output_tokens"u8], RequestField.MaxOutputTokens, JsonValue.Literal("null"u8)),
        ([.. "max_tool_calls"u8], RequestField.MaxToolCalls, JsonValue.Literal("null"u8)),
        ([.. "metadata"u8], RequestField.Metadata, JsonValue.Literal("{}"u8)),
        ([.. "parallel_tool_calls"u8], RequestField.ParallelToolCalls, JsonValue.Literal("true"u8)),
        ([.. "presence_penalty"u8], RequestField.PresencePenalty, JsonValue.Literal("0"u8)),
        ([.. "previous_response_id"u8], RequestField.PreviousResponse, JsonValue.Literal("null"u8)),
        ([.. "prompt_cache_key"u8], RequestField.PromptCacheKey, JsonValue.Literal("null"u8)),
        ([.. "prompt_cache_retention"u8], RequestField.PromptCacheRetention, JsonValue.Literal("null"u8)),
        ([.. "safety_identifier"u8], RequestField.SafetyIdentifier, JsonValue.Literal("null"u8)),
        ([.. "service_tier"u8], RequestField.ServiceTier, JsonValue.Literal("\"default\""u8)),
        ([.. "temperature"u8], RequestField.Temperature, JsonValue.Literal("1"u8)),
        ([.. "top_logprobs"u8], RequestField.TopLogprobs, JsonValue.Literal("0"u8)),
        ([.. "top_p"u8], RequestField.TopP, JsonValue.Literal("1"u8)),
        ([.. "truncation"u8], RequestField.Truncation, JsonValue.Literal("\"disabled\""u8)),
        ([.. "user"u8], RequestField.User, JsonValue.Literal("null"u8)),
    ];

    internal static void Write(JsonOutput json, ReplyContext context, IReadOnlyList<VendorField> own)
    {
        var request = context.Request;
        foreach (var (name, field, byDefault) in Members)
        {
            if (!IsIn(own, name)) json.Member(name, request.Fields[field] is { HasValue: true } value ? value : byDefault);
        }

        // A translated answer is stored nowhere, whatever was asked for: its id can be asked for of nobody.
        if (!IsIn(own, "store"u8)) json.Member("store"u8, false);
        if (!IsIn(own, "instructions"u8)) Instructions(json, request);
        if (!IsIn(own, "reasoning"u8))
        {
            json.BeginObject("reasoning"u8);
            Member(json, "effort"u8, request.Fields[RequestField.ReasoningEffort]);
            Member(json, "summary"u8, request.Fields[RequestField.ReasoningSummary]);
            json.EndObject();
        }

        if (!IsIn(own, "text"u8)) Text(json, request);
        if (!IsIn(own, "tool_choice"u8)) ResponsesToolWriter.Choice(json.Name("tool_choice"u8), request, name => name);
        if (!IsIn(own, "tools"u8))
        {
            json.BeginArray("tools"u8);
            foreach (var tool in request.Tools) ResponsesToolWriter.Echo(json, tool, request.Origin);
            json.EndArray();
        }

        foreach (var field in own)
        {
            if (!field.Name.Is("created_at"u8) && !field.Name.Is("completed_at"u8)) json.Member(field.Name.Span, field.Value);
        }
    }

    /// <summary>A field of the provider's response; none when it has none.</summary>
    internal static JsonValue Of(IReadOnlyList<VendorField> own, ReadOnlySpan<byte> name)
    {
        foreach (var field in own)
        {
            if (field.Name.Is(name)) return field.Value;
        }

        return default;
    }

    private static bool IsIn(IReadOnlyList<VendorField> own, ReadOnlySpan<byte> name) => Of(own, name).IsPresent;

    private static void Instructions(JsonOutput json, Conversation request)
    {
        foreach (var turn in request.Turns)
        {
            if (turn is not { Index: < 0, Role: TurnRole.System, Parts: [TextPart text, ..] }) continue;
            json.Member("instructions"u8, text.Text);
            return;
        }

        json.Name("instructions"u8).Null();
    }

    private static void Text(JsonOutput json, Conversation request)
    {
        json.BeginObject("text"u8).BeginObject("format"u8);
        switch (request.Output)
        {
            case { Kind: OutputFormatKind.JsonSchema } output:
                json.Member("type"u8, "json_schema"u8).Member("name"u8, output.Name.IsEmpty ? JsonString.Literal("output"u8) : output.Name);
                if (output.Description.IsPresent) json.Member("description"u8, output.Description);
                else json.Name("description"u8).Null();
                json.Member("schema"u8, output.Schema)
                    .Member("strict"u8, output.Strict is { HasValue: true } strict ? strict : JsonValue.Literal("false"u8));
                break;
            case { Kind: OutputFormatKind.JsonObject }:
                json.Member("type"u8, "json_object"u8);
                break;
            case { Kind: OutputFormatKind.Vendor } own when request.Origin == Dialect.OpenAIResponses:
                json.Members(own.Raw);
                break;
            default:
                json.Member("type"u8, "text"u8);
                break;
        }

        json.EndObject();
        var verbosity = request.Fields[RequestField.Verbosity];
        json.Member("verbosity"u8, verbosity.HasValue ? verbosity : JsonValue.Literal("\"medium\""u8)).EndObject();
    }

    private static void Member(JsonOutput json, ReadOnlySpan<byte> name, JsonValue value)
    {
        if (value.IsString) json.Member(name, value);
        else json.Name(name).Null();
    }
}
