using System.Text.Json;

namespace Parley.Simulator;

/// <summary>POST …/moderations: a text is flagged as violent when it holds the word "kill", and as nothing else.</summary>
internal static class ModerationsOperation
{
    private static readonly string[] Categories =
    [
        "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm", "self-harm/instructions",
        "self-harm/intent", "sexual", "sexual/minors", "violence", "violence/graphic",
    ];

    public static SimulatedReply Answer(SimulatedCall call)
    {
        if (Check(call) is { } refusal)
            return refusal.ToReply(call);
        return new SimulatedReply { Body = Json.Write(call, Write) };
    }

    private static Refusal? Check(SimulatedCall call)
    {
        if (MediaRules.Model(call, "omni-moderation-latest", "text-moderation-latest") is { } noModel)
            return noModel;
        return call.Body.Find("input") switch
        {
            null => CommonRules.Missing("input"),
            { ValueKind: not (JsonValueKind.String or JsonValueKind.Array) } odd => CommonRules.WrongType("input", "one of a string or array of strings", odd),
            _ => null,
        };
    }

    // A string, a list of strings, or parts of one input ({type: text|image_url}).
    private static IEnumerable<string> Inputs(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
            return [input.GetString()!];
        var items = input.EnumerateArray().ToArray();
        return items.Length > 0 && items[0].ValueKind == JsonValueKind.Object ? [PromptParts.Text(input)] : items.Select(item => item.ToString());
    }

    private static void Write(Utf8JsonWriter writer, SimulatedCall call)
    {
        writer.WriteStartObject();
        writer.WriteString("id", call.Id("modr-", 32));
        writer.WriteString("model", call.Model);
        writer.WriteStartArray("results");
        foreach (var text in Inputs(call.Body.Find("input")!.Value))
            WriteResult(writer, text.Contains("kill", StringComparison.OrdinalIgnoreCase));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter writer, bool isFlagged)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("flagged", isFlagged);
        writer.WriteStartObject("categories");
        foreach (var category in Categories)
            writer.WriteBoolean(category, isFlagged && category == "violence");
        writer.WriteEndObject();
        writer.WriteStartObject("category_scores");
        foreach (var category in Categories)
            writer.WriteNumber(category, isFlagged && category == "violence" ? 0.9 : 0.0001);
        writer.WriteEndObject();
        writer.WriteStartObject("category_applied_input_types");
        foreach (var category in Categories)
        {
            writer.WriteStartArray(category);
            writer.WriteStringValue("text");
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
