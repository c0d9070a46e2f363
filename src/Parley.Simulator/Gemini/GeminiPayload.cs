using System.Globalization;
using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// Reads a body as Google's front end does, against <see cref="GeminiMessages"/>: a field that is not there, or not of its type, is told with its path,
/// all of them at once.
/// </summary>
internal sealed class GeminiPayload
{
    private readonly List<(string Field, string Description)> problems = [];

    public static GeminiRefusal? Check(JsonElement body, string message)
    {
        var payload = new GeminiPayload();
        payload.Message(body, message, "");
        if (payload.problems.Count == 0)
            return null;
        return GeminiRefusal.Invalid(string.Join('\n', payload.problems.Select(p => p.Description))) with
        {
            Details = writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("@type", "type.googleapis.com/google.rpc.BadRequest");
                writer.WriteStartArray("fieldViolations");
                foreach (var (field, description) in payload.problems)
                {
                    writer.WriteStartObject();
                    if (field.Length > 0)
                        writer.WriteString("field", field);
                    writer.WriteString("description", description);
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
                writer.WriteEndObject();
            },
        };
    }

    private void Message(JsonElement element, string message, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Wrong(element, path, $"type.googleapis.com/google.ai.generativelanguage.v1beta.{message}");
            return;
        }
        foreach (var member in element.EnumerateObject())
        {
            if (!GeminiMessages.All[message].TryGetValue(member.Name, out var type))
            {
                problems.Add((path, $"Invalid JSON payload received. Unknown name \"{member.Name}\"{(path.Length == 0 ? "" : $" at '{path}'")}: Cannot find field."));
                continue;
            }
            if (member.Value.ValueKind == JsonValueKind.Null || GeminiMessages.IsOpen(type))
                continue;
            Field(member.Value, type, path.Length == 0 ? GeminiMembers.Snake(member.Name) : $"{path}.{GeminiMembers.Snake(member.Name)}");
        }
    }

    private void Field(JsonElement value, string type, string path)
    {
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            var index = 0;
            foreach (var one in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : (IEnumerable<JsonElement>)[value])
                Single(one, type[..^2], value.ValueKind == JsonValueKind.Array ? $"{path}[{index++}]" : path);
        }
        else if (type.EndsWith("{}", StringComparison.Ordinal))
        {
            var index = 0;
            foreach (var one in value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default)
                Single(one.Value, type[..^2], $"{path}[{index++}].value");
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            problems.Add((path, $"Invalid JSON payload received. Unknown name \"{path[(path.LastIndexOf('.') + 1)..]}\" at '{path}': Proto field is not repeating, cannot start list."));
        }
        else
        {
            Single(value, type, path);
        }
    }

    private void Single(JsonElement value, string type, string path)
    {
        if (GeminiMessages.IsMessage(type))
            Message(value, type, path);
        else if (!Fits(value, type))
            Wrong(value, path, $"TYPE_{type.ToUpperInvariant()}");
    }

    private void Wrong(JsonElement value, string path, string type) =>
        problems.Add((path, $"Invalid value at '{path}' ({type}), {(value.ValueKind == JsonValueKind.String ? $"\"{value.GetString()}\"" : value.GetRawText())}"));

    // As protocol buffers read JSON: numbers may come as text, whole numbers with a fraction of nought.
    private static bool Fits(JsonElement value, string type) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "bool" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "bytes" => value.ValueKind == JsonValueKind.String && IsBase64(value.GetString()!),
        _ => value.ValueKind is JsonValueKind.Number or JsonValueKind.String
            && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && (type == "double" || double.IsInteger(number)),
    };

    // Both alphabets, padded or not.
    private static bool IsBase64(string text)
    {
        var plain = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        plain = plain.PadRight((plain.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(plain, new byte[plain.Length], out _);
    }
}
