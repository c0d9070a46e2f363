using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parley.Simulator;

/// <summary>POST /model/{id}/invoke for embeddings: Titan's and Cohere's own bodies; the tokens are told in a header.</summary>
internal static class InvokeModelOperation
{
    private const int CohereDimensions = 1024;
    private const int MostTexts = 96;

    private static readonly string[] InputTypes = ["search_document", "search_query", "classification", "clustering"];

    public static SimulatedReply Answer(SimulatedCall call)
    {
        if (BedrockTraits.Find(call.Model!) is not { } traits)
            return BedrockRefusal.Validation("The provided model identifier is invalid.").ToReply(call);
        var cohere = traits.Maker == "cohere" || (traits.IsUniversal && call.Body.Find("texts") is not null);
        if (!cohere && !traits.IsTitan && !traits.IsUniversal)
            return BedrockRefusal.Validation("The simulator invokes embedding models only; ask others by converse.").ToReply(call);
        if ((cohere ? CheckCohere(call.Body) : CheckTitan(call.Body, traits)) is { } refusal)
            return refusal.ToReply(call);
        var texts = cohere ? call.Body.FindArray("texts").Select(text => text.GetString()!).ToArray() : [call.Body.FindString("inputText")!];
        var body = cohere ? Json.Write((call, texts), WriteCohere) : Json.Write((call, traits), WriteTitan);
        return new SimulatedReply
        {
            Body = body,
            Headers =
            [
                new("x-amzn-bedrock-input-token-count", texts.Sum(Tokens.Count).ToString(CultureInfo.InvariantCulture)),
                new("x-amzn-bedrock-invocation-latency", "12"),
            ],
        };
    }

    private static BedrockRefusal? CheckTitan(JsonElement body, BedrockTraits traits)
    {
        if (Malformed(body, "inputText", ["inputText", "dimensions", "normalize", "embeddingTypes"]) is { } malformed)
            return malformed;
        if (body.FindString("inputText") is not { } text)
            return Malformed("#/inputText: expected type: String");
        if (text.Length == 0)
            return Malformed("expected minLength: 1, actual: 0");
        if (body.FindInt("dimensions") is { } dimensions && (dimensions is not (256 or 512 or 1024) || traits.Name.Contains("v1", StringComparison.Ordinal)))
            return Malformed($"#/dimensions: {dimensions} is not a valid enum value");
        return null;
    }

    private static BedrockRefusal? CheckCohere(JsonElement body)
    {
        if (Malformed(body, "input_type", ["texts", "input_type", "truncate", "embedding_types", "images", "output_dimension", "max_tokens"]) is { } malformed)
            return malformed;
        if (!InputTypes.Contains(body.FindString("input_type")))
            return Malformed($"#/input_type: {body.FindString("input_type")} is not a valid enum value");
        var texts = body.FindArray("texts").ToArray();
        if (texts.Length == 0)
            return Malformed("#: required key [texts] not found");
        return texts.Length > MostTexts ? Malformed($"#/texts: expected maximum item count: {MostTexts}, found: {texts.Length}")
            : texts.Any(text => text.ValueKind != JsonValueKind.String) ? Malformed("#/texts: expected type: String") : null;
    }

    private static BedrockRefusal? Malformed(JsonElement body, string required, string[] known)
    {
        if (body.Find(required) is null)
            return Malformed($"#: required key [{required}] not found");
        return body.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !known.Contains(name)) is { } extra
            ? Malformed($"#: extraneous key [{extra}] is not permitted")
            : null;
    }

    private static BedrockRefusal Malformed(string problem) => BedrockRefusal.Validation($"Malformed input request: {problem}, please reformat your input and try again.");

    private static void WriteTitan(Utf8JsonWriter writer, (SimulatedCall Call, BedrockTraits Traits) state)
    {
        var (body, text) = (state.Call.Body, state.Call.Body.FindString("inputText")!);
        var dimensions = body.FindInt("dimensions") ?? (state.Traits.Name.Contains("v1", StringComparison.Ordinal) ? 1536 : 1024);
        writer.WriteStartObject();
        WriteVector(writer, "embedding", text, dimensions);
        writer.WriteStartObject("embeddingsByType");
        WriteVector(writer, "float", text, dimensions);
        writer.WriteEndObject();
        writer.WriteNumber("inputTextTokenCount", Tokens.Count(text));
        writer.WriteEndObject();
    }

    private static void WriteCohere(Utf8JsonWriter writer, (SimulatedCall Call, string[] Texts) state)
    {
        var dimensions = state.Call.Body.FindInt("output_dimension") ?? CohereDimensions;
        var typed = state.Call.Body.Find("embedding_types") is not null;
        writer.WriteStartObject();
        writer.WriteString("id", state.Call.Id("", 32));
        if (typed)
            writer.WriteStartObject("embeddings");
        writer.WriteStartArray(typed ? "float" : "embeddings");
        foreach (var text in state.Texts)
            WriteVector(writer, null, text, dimensions);
        writer.WriteEndArray();
        if (typed)
            writer.WriteEndObject();
        writer.WriteStartArray("texts");
        foreach (var text in state.Texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
        writer.WriteString("response_type", typed ? "embeddings_by_type" : "embeddings_floats");
        writer.WriteEndObject();
    }

    private static void WriteVector(Utf8JsonWriter writer, string? name, string text, int dimensions)
    {
        if (name is not null)
            writer.WritePropertyName(name);
        writer.WriteStartArray();
        foreach (var component in UnitVector.Of(Encoding.UTF8.GetBytes(text), dimensions))
            writer.WriteNumberValue(component);
        writer.WriteEndArray();
    }
}
