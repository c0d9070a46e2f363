using System.Text;
using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// The simplest JSON value that satisfies a JSON Schema, always the same one: first enum value, required properties (all, when none is
/// named required), least numbers, strings that are the property's own name. References into the same document are followed.
/// </summary>
internal static class SchemaSampler
{
    private const int Deepest = 24;

    public static string Sample(JsonElement? schema, string text) => Encoding.UTF8.GetString(Json.Write((schema, text), static (writer, state) =>
    {
        if (state.schema is { } root)
        {
            Write(writer, root, root, "value", 0);
            return;
        }
        // json_object without a schema.
        writer.WriteStartObject();
        writer.WriteString("answer", state.text);
        writer.WriteEndObject();
    }));

    private static void Write(Utf8JsonWriter writer, JsonElement root, JsonElement schema, string name, int depth)
    {
        schema = Resolve(root, schema);
        if (schema.Find("const") is { } constant)
            constant.WriteTo(writer);
        else if (schema.FindArray("enum").FirstOrDefault() is { ValueKind: not JsonValueKind.Undefined } first)
            first.WriteTo(writer);
        else if (Branch(root, schema, depth) is { } branch)
            Write(writer, root, branch, name, depth + 1);
        else
            WriteTyped(writer, root, schema, name, depth);
    }

    private static void WriteTyped(Utf8JsonWriter writer, JsonElement root, JsonElement schema, string name, int depth)
    {
        switch (TypeOf(schema, depth))
        {
            case "object":
                WriteObject(writer, root, schema, depth);
                break;
            case "array":
                writer.WriteStartArray();
                var count = depth < Deepest ? schema.FindInt("minItems") ?? 1 : 0;
                if (schema.Find("items") is { } items)
                {
                    for (var i = 0; i < count; i++)
                        Write(writer, root, items, name, depth + 1);
                }
                writer.WriteEndArray();
                break;
            case "integer" or "number":
                writer.WriteNumberValue(Number(schema));
                break;
            case "boolean":
                writer.WriteBooleanValue(true);
                break;
            case "null":
                writer.WriteNullValue();
                break;
            default:
                writer.WriteStringValue(Text(schema, name));
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement root, JsonElement schema, int depth)
    {
        writer.WriteStartObject();
        var required = schema.FindArray("required").Select(r => r.GetString()).ToHashSet();
        if (schema.Find("properties") is { ValueKind: JsonValueKind.Object } properties && depth < Deepest)
        {
            foreach (var property in properties.EnumerateObject())
            {
                if (required.Count > 0 && !required.Contains(property.Name))
                    continue;
                writer.WritePropertyName(property.Name);
                Write(writer, root, property.Value, property.Name, depth + 1);
            }
        }
        writer.WriteEndObject();
    }

    // A null branch ends recursion through optional references; it is taken only when the way down gets long.
    private static JsonElement? Branch(JsonElement root, JsonElement schema, int depth)
    {
        var branches = schema.FindArray("anyOf").Concat(schema.FindArray("oneOf")).Concat(schema.FindArray("allOf")).ToArray();
        if (branches.Length == 0)
            return null;
        var nullable = branches.FirstOrDefault(b => Resolve(root, b).FindString("type") == "null");
        return depth > 6 && nullable.ValueKind != JsonValueKind.Undefined
            ? nullable
            : branches.FirstOrDefault(b => Resolve(root, b).FindString("type") != "null", branches[0]);
    }

    private static string TypeOf(JsonElement schema, int depth)
    {
        if (schema.FindString("type") is { } type)
            return type;
        var types = schema.FindArray("type").Select(t => t.GetString() ?? "").ToArray();
        if (types.Length > 0)
            return depth > 6 && types.Contains("null") ? "null" : types.FirstOrDefault(t => t != "null", "null");
        return schema.Find("properties") is not null ? "object" : schema.Find("items") is not null ? "array" : "string";
    }

    private static decimal Number(JsonElement schema)
    {
        decimal? Bound(string keyword) => schema.Find(keyword) is { ValueKind: JsonValueKind.Number } bound && bound.TryGetDecimal(out var value) ? value : null;
        var step = Bound("multipleOf") ?? 1;
        var least = Bound("minimum") ?? Bound("exclusiveMinimum") + step;
        var most = Bound("maximum") ?? Bound("exclusiveMaximum") - step;
        var value = least ?? (most < 1 ? most.Value : 1);
        return step == 0 ? value : Math.Ceiling(value / step) * step is var rounded && (most is null || rounded <= most) ? rounded : value;
    }

    private static string Text(JsonElement schema, string name)
    {
        var text = schema.FindString("format") switch
        {
            "date-time" => "2026-01-01T00:00:00Z",
            "date" => "2026-01-01",
            "time" => "00:00:00Z",
            "email" => "user@example.com",
            "uri" => "https://example.com/",
            "uuid" => "00000000-0000-4000-8000-000000000000",
            "ipv4" => "192.0.2.1",
            "ipv6" => "2001:db8::1",
            "hostname" => "example.com",
            "duration" => "PT1S",
            _ => name,
        };
        var least = Math.Min(schema.FindInt("minLength") ?? 0, 65_536);
        text = text.PadRight(least, 'x');
        return schema.FindInt("maxLength") is { } most && most < text.Length ? text[..Math.Max(0, most)] : text;
    }

    private static JsonElement Resolve(JsonElement root, JsonElement schema)
    {
        for (var hops = 0; hops < 16 && schema.FindString("$ref") is { } reference && reference.StartsWith('#'); hops++)
        {
            var target = root;
            foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (target.Find(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)) is not { } next)
                    return schema;
                target = next;
            }
            schema = target;
        }
        return schema;
    }
}
