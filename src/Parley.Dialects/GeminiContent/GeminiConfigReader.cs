using System.Globalization;
using System.Text.Json;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Reads <c>generationConfig</c>.</summary>
internal static class GeminiConfigReader
{
    private const string Path = "generationConfig";

    internal static void Read(JsonValue config, Conversation conversation)
    {
        Expect.Object(config, Path);
        var fields = conversation.Fields;
        using var output = new PooledBuffer();
        JsonValue mime = default, schema = default;
        var isGoogles = false;
        var raw = new JsonOutput(output).BeginObject();
        foreach (var member in config.Members)
        {
            var (name, value) = (member.Name, member.Value);
            if (value.IsNull) continue;
            if (Number(name, out var field, out var isWhole)) fields[field] = ReadNumber(value, $"{Path}.{name.ToText()}", isWhole);
            else if (GeminiName.Is(name, "responseLogprobs"u8)) fields[RequestField.Logprobs] = Expect.Boolean(value, Path + ".responseLogprobs");
            else if (GeminiName.Is(name, "stopSequences"u8)) Stops(value, conversation);
            else if (GeminiName.Is(name, "responseModalities"u8) && Modalities(value) is { IsPresent: true } kinds) fields[RequestField.Modalities] = kinds;
            else if (GeminiName.Is(name, "thinkingConfig"u8)) Thinking(value, conversation);
            else if (GeminiName.Is(name, "responseMimeType"u8)) raw.Name(name.Span).Value(mime = value);
            else if (GeminiName.Is(name, "responseSchema"u8))
            {
                isGoogles = true;
                raw.Name(name.Span).Value(schema = Expect.Object(value, Path + ".responseSchema"));
            }
            else if (GeminiName.Is(name, "responseJsonSchema"u8) || name.Is("_responseJsonSchema"u8)) raw.Name(name.Span).Value(schema = value);
            else conversation.Vendor.Add(new VendorField(name, value, $"{Path}.{name.ToText()}"));
        }

        raw.EndObject();
        if (!mime.IsPresent && !schema.IsPresent) return;
        var type = mime.IsPresent ? Expect.String(mime, Path + ".responseMimeType") : default;
        conversation.Output = new OutputFormat(KindOf(type, schema))
        {
            Schema = isGoogles ? GeminiSchema.ToJsonSchema(schema) : schema,
            Raw = new JsonValue(output.Span.ToArray()),
        };
    }

    private static OutputFormatKind KindOf(JsonString type, JsonValue schema)
    {
        if (!type.IsPresent || type.Is("application/json"u8)) return schema.IsPresent ? OutputFormatKind.JsonSchema : OutputFormatKind.JsonObject;
        return type.Is("text/plain"u8) ? OutputFormatKind.Text : OutputFormatKind.Vendor; // text/x.enum
    }

    private static bool Number(JsonString name, out RequestField field, out bool isWhole)
    {
        isWhole = true;
        if (GeminiName.Is(name, "maxOutputTokens"u8)) field = RequestField.MaxOutputTokens;
        else if (GeminiName.Is(name, "candidateCount"u8)) field = RequestField.ChoiceCount;
        else if (GeminiName.Is(name, "topK"u8)) (field, isWhole) = (RequestField.TopK, false); // a float on Vertex
        else if (GeminiName.Is(name, "seed"u8)) field = RequestField.Seed;
        else if (GeminiName.Is(name, "logprobs"u8)) field = RequestField.TopLogprobs;
        else
        {
            isWhole = false;
            if (GeminiName.Is(name, "temperature"u8)) field = RequestField.Temperature;
            else if (GeminiName.Is(name, "topP"u8)) field = RequestField.TopP;
            else if (GeminiName.Is(name, "presencePenalty"u8)) field = RequestField.PresencePenalty;
            else if (GeminiName.Is(name, "frequencyPenalty"u8)) field = RequestField.FrequencyPenalty;
            else
            {
                field = default;
                return false;
            }
        }

        return true;
    }

    // The JSON of protocol buffers takes numbers in quotes as well.
    private static JsonValue ReadNumber(JsonValue value, string path, bool isWhole)
    {
        if (value.IsString && double.TryParse(value.AsString().ToText(), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            && JsonValue.TryParse(value.AsString().Raw, out var unquoted) && unquoted.Kind == JsonValueKind.Number)
            value = unquoted;
        return isWhole ? Expect.Integer(value, path) : Expect.Number(value, path);
    }

    private static void Stops(JsonValue value, Conversation conversation)
    {
        foreach (var stop in Expect.Array(value, Path + ".stopSequences").Items)
            conversation.StopSequences.Add(Expect.String(stop, $"{Path}.stopSequences[{conversation.StopSequences.Count}]"));
    }

    // OpenAI's words are the same in small letters; a list with others stays Google's own.
    private static JsonValue Modalities(JsonValue value)
    {
        using var buffer = new PooledBuffer(64);
        var json = new JsonOutput(buffer).BeginArray();
        foreach (var kind in value.Items)
        {
            var word = kind.AsString();
            if (word.Is("TEXT"u8)) json.Value("text"u8);
            else if (word.Is("IMAGE"u8)) json.Value("image"u8);
            else if (word.Is("AUDIO"u8)) json.Value("audio"u8);
            else return default;
        }

        json.EndArray();
        return value.IsArray ? new JsonValue(buffer.Span.ToArray()) : default;
    }

    private static void Thinking(JsonValue config, Conversation conversation)
    {
        const string path = Path + ".thinkingConfig";
        foreach (var member in Expect.Object(config, path).Members)
        {
            var (name, value) = (member.Name, member.Value);
            if (value.IsNull) continue;
            if (GeminiName.Is(name, "thinkingBudget"u8))
                conversation.Fields[RequestField.ReasoningBudget] = ReadNumber(value, path + ".thinkingBudget", true);
            else if (GeminiName.Is(name, "includeThoughts"u8))
                conversation.Fields[RequestField.ReasoningSummary] = Expect.Boolean(value, path + ".includeThoughts");
            else if (GeminiName.Is(name, "thinkingLevel"u8)) Level(Expect.String(value, path + ".thinkingLevel"), path + ".thinkingLevel", conversation);
            else conversation.Vendor.Add(new VendorField(name, value, $"{path}.{name.ToText()}"));
        }
    }

    private static void Level(JsonString level, string path, Conversation conversation)
    {
        var word = level.ToText().ToLowerInvariant();
        if (word == "thinking_level_unspecified") return;
        if (word is not ("minimal" or "low" or "medium" or "high")) throw Expect.Unknown(level, path, "MINIMAL, LOW, MEDIUM, HIGH");
        conversation.Fields[RequestField.ReasoningEffort] = JsonValue.Quote(JsonString.From(word));
    }
}
