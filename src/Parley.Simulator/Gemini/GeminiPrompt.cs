using System.Text.Json;

namespace Parley.Simulator;

/// <summary>Reads a generateContent request that <see cref="GenerateContentRules"/> let pass.</summary>
internal static class GeminiPrompt
{
    // What Gemini counts for an image that fits one tile.
    private const int ImageTokens = 258;

    public static Prompt Read(SimulatedCall call)
    {
        var body = call.Body;
        var (text, after) = ("", false);
        foreach (var content in body.Members("contents").Where(content => content.MemberText("role") is not "model"))
        {
            var said = string.Concat(content.Parts().Select(part => part.MemberText("text")));
            var results = content.Parts().Any(part => part.Member("functionResponse") is not null);
            (text, after) = results && said.Length == 0 ? (text, true) : (said, false);
        }
        var config = body.Member("generationConfig") ?? default;
        var choice = body.Member("toolConfig")?.Member("functionCallingConfig") ?? default;
        var allowed = choice.Members("allowedFunctionNames").Select(name => name.GetString()).ToArray();
        var thinking = config.Member("thinkingConfig") ?? default;
        return new Prompt
        {
            Model = call.Model!,
            LastUserText = text,
            InputTokens = Count(body),
            AfterToolResults = after,
            Tools = [.. body.Members("tools").SelectMany(tool => tool.Members("functionDeclarations"))
                .Where(function => allowed.Length == 0 || allowed.Contains(function.MemberText("name")))
                .Select(function => new PromptTool(function.MemberText("name")!, function.Member("parameters") is { } schema ? JsonSchemaOf(schema) : function.Member("parametersJsonSchema")))],
            ToolChoice = choice.MemberText("mode") switch { "ANY" => "required", "NONE" => "none", _ => "auto" },
            JsonText = config.MemberText("responseMimeType") is "application/json",
            Schema = config.Member("responseSchema") is { } own ? JsonSchemaOf(own) : config.Member("responseJsonSchema") ?? config.Member("_responseJsonSchema"),
            MaxTokens = config.MemberInt("maxOutputTokens"),
            Stop = [.. config.Members("stopSequences").Select(stop => stop.GetString()!)],
            Reasons = GeminiTraits.Of(call.Model!).Thinks && thinking.MemberInt("thinkingBudget") is not 0,
        };
    }

    public static int Count(JsonElement body)
    {
        var tokens = (body.Member("systemInstruction") ?? default).Parts().Sum(CountPart);
        tokens += body.Members("tools").Sum(tool => Tokens.Count(tool.GetRawText()));
        return tokens + body.Members("contents").SelectMany(content => content.Parts()).Sum(CountPart);
    }

    private static int CountPart(JsonElement part) => part.Member("inlineData") is not null || part.Member("fileData") is not null
        ? ImageTokens
        : Tokens.Count(part.MemberText("text") ?? (part.Member("functionCall") ?? part.Member("functionResponse"))?.GetRawText() ?? "");

    // Google's own schemas write their types in capitals; the rest they have in common with JSON Schema.
    private static JsonElement JsonSchemaOf(JsonElement schema)
    {
        using var document = JsonDocument.Parse(Json.Write(schema, Lower));
        return document.RootElement.Clone();
    }

    private static void Lower(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    if (member.Name == "type" && member.Value.ValueKind == JsonValueKind.String)
                        writer.WriteStringValue(member.Value.GetString()!.ToLowerInvariant());
                    else
                        Lower(writer, member.Value);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Lower(writer, item);
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
