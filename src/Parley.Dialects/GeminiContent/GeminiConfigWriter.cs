using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Writes <c>generationConfig</c>.</summary>
internal static class GeminiConfigWriter
{
    /// <summary>https://ai.google.dev/api/generate-content#GenerationConfig: up to five.</summary>
    private const int MostStops = 5;

    internal static void Write(RequestWriting writing)
    {
        using var buffer = new PooledBuffer();
        var json = new JsonOutput(buffer).BeginObject();
        var isOwn = writing.Conversation.Origin == Dialect.GeminiContent;
        json.MemberIfPresent("maxOutputTokens"u8, writing.Take(RequestField.MaxOutputTokens));
        json.MemberIfPresent("temperature"u8, writing.Take(RequestField.Temperature));
        json.MemberIfPresent("topP"u8, writing.Take(RequestField.TopP));
        json.MemberIfPresent("topK"u8, writing.Take(RequestField.TopK));
        json.MemberIfPresent("candidateCount"u8, writing.Take(RequestField.ChoiceCount));
        json.MemberIfPresent("presencePenalty"u8, writing.Take(RequestField.PresencePenalty));
        json.MemberIfPresent("frequencyPenalty"u8, writing.Take(RequestField.FrequencyPenalty));
        Seed(writing, json);
        Logprobs(writing, isOwn, json);
        Stops(writing, isOwn, json);
        Modalities(writing, json);
        Output(writing, isOwn, json);
        if (isOwn) GeminiOwnThinking.Write(writing, json);
        else GeminiThinking.Write(writing, json);
        if (isOwn)
        {
            foreach (var field in writing.Conversation.Vendor)
            {
                if (field.Path == $"generationConfig.{field.Name.ToText()}") json.Name(field.Name.Span).Value(field.Value);
            }
        }

        json.EndObject();
        var config = new JsonValue(buffer.Memory);
        if (!config.IsEmptyContainer) writing.Json.Member("generationConfig"u8, config);
    }

    private static void Seed(RequestWriting writing, JsonOutput json)
    {
        var seed = writing.Take(RequestField.Seed);
        if (seed.IsPresent && seed.AsInt64() is < int.MinValue or > int.MaxValue) writing.Lose(RequestField.Seed, "Gemini's seeds have 32 bits");
        else json.MemberIfPresent("seed"u8, seed);
    }

    private static void Logprobs(RequestWriting writing, bool isOwn, JsonOutput json)
    {
        var wanted = writing.Take(RequestField.Logprobs);
        var most = writing.Take(RequestField.TopLogprobs);
        if (!isOwn && !wanted.IsPresent && most.AsInt64() is > 0) json.Member("responseLogprobs"u8, true); // Responses has the number alone
        else json.MemberIfPresent("responseLogprobs"u8, wanted);
        if (isOwn || most.AsInt64() is > 0) json.MemberIfPresent("logprobs"u8, most);
    }

    private static void Stops(RequestWriting writing, bool isOwn, JsonOutput json)
    {
        writing.Take(RequestField.StopSequences);
        var stops = writing.Conversation.StopSequences;
        if (stops.Count == 0) return;
        json.BeginArray("stopSequences"u8);
        foreach (var stop in isOwn ? stops : stops.Take(MostStops)) json.Value(stop);
        json.EndArray();
        if (!isOwn && stops.Count > MostStops) writing.Lose(RequestField.StopSequences, $"Gemini takes {MostStops}: the rest was left out");
    }

    private static void Modalities(RequestWriting writing, JsonOutput json)
    {
        var kinds = writing.Take(RequestField.Modalities);
        if (!kinds.IsArray) return;
        json.BeginArray("responseModalities"u8);
        foreach (var kind in kinds.Items) json.Value(JsonString.From(kind.AsString().ToText().ToUpperInvariant()));
        json.EndArray();
    }

    private static void Output(RequestWriting writing, bool isOwn, JsonOutput json)
    {
        writing.Take(RequestField.OutputFormat);
        if (writing.Conversation.Output is not { } output) return;
        if (isOwn)
        {
            json.Members(output.Raw);
            return;
        }

        if (output.Kind == OutputFormatKind.Text || writing.OutputTool.IsPresent) return;
        var hasFunctions = writing.Conversation.Tools.Exists(tool => tool.Kind == ToolKind.Function);
        if (output.Kind == OutputFormatKind.Vendor || (hasFunctions && !writing.Traits.HasJsonSchemaWithTools))
        {
            var reason = output.Kind == OutputFormatKind.Vendor ? "Gemini has no such form" : "this model takes tools or JSON, not both";
            writing.Lose(RequestField.OutputFormat, reason);
            return;
        }

        json.Member("responseMimeType"u8, "application/json"u8);
        if (output.Kind != OutputFormatKind.JsonSchema || !output.Schema.IsPresent) return;
        json.Name("responseJsonSchema"u8);
        GeminiSchema.Lower(output.Schema, RequestFieldNames.Of(RequestField.OutputFormat, writing.Conversation.Origin), json, writing.Losses);
    }
}
