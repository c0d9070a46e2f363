using System.Globalization;
using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What images, audio, moderations and text completions refuse in common. Fields of a form are text, whatever they mean.</summary>
internal static class MediaRules
{
    /// <summary>Which of OpenAI's models an operation takes; simulated ones are taken everywhere.</summary>
    public static Refusal? Model(SimulatedCall call, params ReadOnlySpan<string> known)
    {
        if (CommonRules.Model(call) is { } refusal)
            return refusal;
        var model = call.Model!;
        if (ModelTraits.IsUniversal(model) || known.Contains(model))
            return null;
        return call.Vendor == Vendor.Azure
            ? new Refusal(400, "The requested operation is unsupported.", Type: null, Code: "OperationNotSupported", Bare: true)
            : new Refusal(400, $"Invalid value: '{model}'. Supported values are: {Listed(known)}.", Param: "model", Code: "invalid_value");
    }

    /// <summary>One of a few words.</summary>
    public static Refusal? OneOf(JsonElement body, string name, params ReadOnlySpan<string> words) =>
        body.Find(name) is { } value && (value.ValueKind != JsonValueKind.String || !words.Contains(value.GetString()!))
            ? new Refusal(400, $"Invalid value: '{(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText())}'. Supported values are: {Listed(words)}.",
                Param: name, Code: "invalid_value")
            : null;

    public static Refusal? Text(JsonElement body, string name) => body.Find(name) switch
    {
        null => CommonRules.Missing(name),
        { ValueKind: not JsonValueKind.String } odd => CommonRules.WrongType(name, "a string", odd),
        _ => null,
    };

    public static Refusal? File(JsonElement body, string name) => body.Find(name) switch
    {
        null => CommonRules.Missing(name),
        { ValueKind: JsonValueKind.String } => new Refusal(400, $"Invalid type for '{name}': expected a file, but got a string instead.", Param: name, Code: "invalid_type"),
        _ => null,
    };

    /// <summary>A number of JSON, or the text of one.</summary>
    public static int? Number(JsonElement body, string name) =>
        body.FindInt(name) ?? (int.TryParse(body.FindString(name), CultureInfo.InvariantCulture, out var number) ? number : null);

    public static bool IsTrue(JsonElement body, string name) => body.FindBool(name) ?? body.FindString(name) is "true";

    private static string Listed(ReadOnlySpan<string> words)
    {
        var quoted = words.ToArray().Select(word => $"'{word}'").ToArray();
        return quoted.Length == 1 ? quoted[0] : $"{string.Join(", ", quoted[..^1])}, and {quoted[^1]}";
    }
}
