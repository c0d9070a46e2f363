using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// JSON Schema for Gemini, and Google's own Schema object (https://ai.google.dev/api/caching#Schema: types in capitals,
/// <c>nullable</c>, counts as strings) as JSON Schema.
/// </summary>
internal static class GeminiSchema
{
    /// <summary>Deeper, and Google refuses the schema.</summary>
    private const int MostDepth = 24;

    /// <summary>Writes a JSON schema as Gemini takes it: local references and <c>allOf</c> resolved, <c>const</c> as a list of one, the rest by <see cref="GeminiSchemaRules"/>.</summary>
    internal static void Lower(JsonValue schema, string path, JsonOutput json, LossReport losses)
    {
        using var buffer = new PooledBuffer();
        new GeminiSchemaUnfolding(schema, buffer, path, losses).Write();
        SchemaLowering.Write(new JsonValue(buffer.Memory), GeminiSchemaRules.Row, path, json, losses);
    }

    /// <summary>Google's Schema object as JSON Schema. What is JSON Schema already stays as it is.</summary>
    internal static JsonValue ToJsonSchema(JsonValue schema)
    {
        if (!schema.IsObject) return schema;
        using var buffer = new PooledBuffer();
        Raise(schema, new JsonOutput(buffer), 0);
        return new JsonValue(buffer.Span.ToArray());
    }

    private static void Raise(JsonValue schema, JsonOutput json, int depth)
    {
        if (!schema.IsObject || depth > MostDepth)
        {
            json.Value(schema);
            return;
        }

        var isNullable = GeminiName.Member(schema, "nullable"u8).IsTrue;
        json.BeginObject();
        foreach (var member in schema.Members)
        {
            var name = member.Name;
            var value = member.Value;
            if (name.Is("type"u8)) RaiseType(value, isNullable, json);
            else if (GeminiName.Is(name, "anyOf"u8) && value.IsArray) RaiseAll("anyOf"u8, value, isNullable, json, depth);
            else if (GeminiName.Is(name, "prefixItems"u8) && value.IsArray) RaiseAll("prefixItems"u8, value, false, json, depth);
            else if (name.Is("properties"u8) && value.IsObject) RaiseProperties(schema, value, json, depth);
            else if (name.Is("items"u8)) Raise(value, json.Name("items"u8), depth + 1);
            else if (GeminiName.Is(name, "additionalProperties"u8)) Raise(value, json.Name("additionalProperties"u8), depth + 1);
            else if (Count(name) is { IsEmpty: false } count) json.Member(count, Number(value));
            else if (name.Is("example"u8)) json.BeginArray("examples"u8).Value(value).EndArray();
            else if (!IsGoogles(name, value)) json.Name(name.Span).Value(value);
        }

        json.EndObject();
    }

    private static bool IsGoogles(JsonString name, JsonValue value) =>
        name.Is("nullable"u8) || GeminiName.Is(name, "propertyOrdering"u8) || (name.Is("format"u8) && value.AsString().Is("enum"u8));

    private static void RaiseType(JsonValue type, bool isNullable, JsonOutput json)
    {
        if (!type.IsString || type.AsString().Is("TYPE_UNSPECIFIED"u8)) return;
        var lower = JsonString.From(type.AsString().ToText().ToLowerInvariant());
        if (isNullable && !lower.Is("null"u8)) json.BeginArray("type"u8).Value(lower).Value("null"u8).EndArray();
        else json.Member("type"u8, lower);
    }

    private static void RaiseAll(ReadOnlySpan<byte> name, JsonValue list, bool isNullable, JsonOutput json, int depth)
    {
        json.BeginArray(name);
        foreach (var item in list.Items) Raise(item, json, depth + 1);
        if (isNullable) json.BeginObject().Member("type"u8, "null"u8).EndObject();
        json.EndArray();
    }

    // JSON Schema has no word for the order, but models keep the one in which the properties stand.
    private static void RaiseProperties(JsonValue schema, JsonValue properties, JsonOutput json, int depth)
    {
        var order = new List<JsonField>();
        var left = new Dictionary<JsonString, JsonValue>();
        foreach (var property in properties.Members)
        {
            if (left.TryAdd(property.Name, property.Value)) order.Add(property);
        }

        json.BeginObject("properties"u8);
        foreach (var wanted in GeminiName.Member(schema, "propertyOrdering"u8).Items)
        {
            if (left.Remove(wanted.AsString(), out var value)) Raise(value, json.Name(wanted.AsString().Span), depth + 1);
        }

        foreach (var property in order)
        {
            if (left.ContainsKey(property.Name)) Raise(property.Value, json.Name(property.Name.Span), depth + 1);
        }

        json.EndObject();
    }

    private static ReadOnlySpan<byte> Count(JsonString name) =>
        GeminiName.Is(name, "minItems"u8) ? "minItems"u8
        : GeminiName.Is(name, "maxItems"u8) ? "maxItems"u8
        : GeminiName.Is(name, "minLength"u8) ? "minLength"u8
        : GeminiName.Is(name, "maxLength"u8) ? "maxLength"u8
        : GeminiName.Is(name, "minProperties"u8) ? "minProperties"u8
        : GeminiName.Is(name, "maxProperties"u8) ? "maxProperties"u8
        : default;

    // 64-bit numbers are strings in the JSON of protocol buffers.
    private static JsonValue Number(JsonValue value) =>
        value.IsString && long.TryParse(value.AsString().ToText(), out var number) ? JsonValue.Number(number) : value;
}
