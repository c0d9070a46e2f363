using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Writes a JSON schema without <c>$ref</c> and <c>allOf</c>, which Gemini does not know: what a reference names, what stands beside it
/// and every part of an <c>allOf</c> become one schema. The schema is the caller's, so everything is bounded: depth, bytes, references.
/// </summary>
internal sealed class GeminiSchemaUnfolding(JsonValue root, PooledBuffer buffer, string path, LossReport losses)
{
    /// <summary>Deeper, and Google refuses the schema.</summary>
    private const int MostDepth = 24;

    /// <summary>A schema that unfolds to more than this is not unfolded further.</summary>
    private const int MostBytes = 256 * 1024;

    /// <summary>The most references that are followed, and the most bytes that are read by following them; each use counts.</summary>
    private const int MostReferences = 2000;
    private const long MostBytesRead = 4 * 1024 * 1024;

    private static readonly JsonString AnyOf = JsonString.Literal("anyOf"u8);

    private readonly JsonOutput _json = new(buffer);
    private readonly GeminiSchemaReferences _references = new(root);
    private readonly Dictionary<JsonString, int> _open = [];
    private int _followed;
    private long _read;

    internal void Write() => Write([root], 0);

    // All of these hold at once; those behind are nearer to the one who uses them.
    private void Write(List<JsonValue> schemas, int depth)
    {
        if (schemas.TrueForAll(schema => !schema.IsObject))
        {
            _json.Value(schemas[^1]);
            return;
        }

        if (depth > MostDepth || buffer.Length > MostBytes)
        {
            Lose("the schema refers to itself, or is too deep", "$ref");
            _json.BeginObject().EndObject();
            return;
        }

        var opened = new List<JsonString>();
        var keywords = new List<(JsonString Name, List<JsonValue> Values)>();
        var known = new Dictionary<JsonString, int>();
        foreach (var schema in schemas) Gather(schema, keywords, known, opened, depth);
        _json.BeginObject();
        foreach (var (name, values) in keywords) Keyword(name, values, known, depth);
        _json.EndObject();
        foreach (var reference in opened) _open.Remove(reference);
    }

    // First what is referred to and the parts of an allOf, then the schema's own words, which are to win.
    private void Gather(JsonValue schema, List<(JsonString Name, List<JsonValue> Values)> keywords, Dictionary<JsonString, int> known, List<JsonString> opened, int depth)
    {
        foreach (var member in schema.Members)
        {
            if (member.Is("$ref"u8) && member.Value.IsString && _references.Find(member.Value.AsString()) is { IsObject: true } target)
            {
                if (Open(member.Value.AsString(), target, opened, depth)) Gather(target, keywords, known, opened, depth);
            }
            else if (member.Is("allOf"u8))
            {
                foreach (var part in member.Value.Items) Gather(part, keywords, known, opened, depth);
            }
        }

        foreach (var member in schema.Members)
        {
            // Every reference to definitions is resolved.
            if (member.Is("$defs"u8) || member.Is("definitions"u8) || (member.Is("allOf"u8) && member.Value.IsArray)) continue;
            if (member.Is("$ref"u8) && member.Value.IsString && _references.Find(member.Value.AsString()).IsObject) continue;
            var name = member.Is("const"u8) ? JsonString.Literal("enum"u8) : member.Name;
            var value = member.Is("const"u8) ? new JsonValue((byte[])[(byte)'[', .. member.Value.Span, (byte)']']) : member.Value;
            if (known.TryAdd(name, keywords.Count)) keywords.Add((name, [value]));
            else keywords[known[name]].Values.Add(value);
        }
    }

    // False for a reference that is open already: at this very place it adds nothing, further out the schema has no end.
    private bool Open(JsonString reference, JsonValue target, List<JsonString> opened, int depth)
    {
        if (_open.TryGetValue(reference, out var at))
        {
            if (at != depth) Lose("the schema refers to itself, or is too deep", "$ref");
            return false;
        }

        _read += target.Raw.Length;
        if (++_followed > MostReferences || _read > MostBytesRead)
        {
            Lose("the schema refers too often", "$ref");
            return false;
        }

        _open[reference] = depth;
        opened.Add(reference);
        return true;
    }

    private void Keyword(JsonString name, List<JsonValue> values, Dictionary<JsonString, int> known, int depth)
    {
        if (name.Is("properties"u8) && values.TrueForAll(value => value.IsObject)) Properties(values, depth);
        else if (name.Is("required"u8) && values.TrueForAll(value => value.IsArray)) Required(values);
        else if (name.Is("oneOf"u8) && known.ContainsKey(AnyOf)) Lose("Gemini takes one list of choices", "oneOf");
        else if (name.Is("anyOf"u8) || name.Is("oneOf"u8) || name.Is("prefixItems"u8)) Choices(name, values, depth);
        else if (name.Is("items"u8) || name.Is("additionalProperties"u8)) Nested(name, values, depth);
        else _json.Name(name.Span).Value(Last(name, values));
    }

    // "true" says nothing beside an object.
    private void Nested(JsonString name, List<JsonValue> values, int depth)
    {
        var objects = values.FindAll(value => value.IsObject);
        _json.Name(name.Span);
        Write(objects.Count > 0 ? objects : values, depth + 1);
    }

    private void Properties(List<JsonValue> values, int depth)
    {
        var order = new List<(JsonString Name, List<JsonValue> Schemas)>();
        var known = new Dictionary<JsonString, int>();
        foreach (var value in values)
        {
            foreach (var property in value.Members)
            {
                if (known.TryAdd(property.Name, order.Count)) order.Add((property.Name, [property.Value]));
                else order[known[property.Name]].Schemas.Add(property.Value);
            }
        }

        _json.BeginObject("properties"u8);
        foreach (var (name, schemas) in order) Nested(name, schemas, depth);
        _json.EndObject();
    }

    private void Required(List<JsonValue> values)
    {
        var seen = new HashSet<JsonString>();
        _json.BeginArray("required"u8);
        foreach (var value in values)
        {
            foreach (var name in value.Items)
            {
                if (seen.Add(name.AsString())) _json.Value(name);
            }
        }

        _json.EndArray();
    }

    private void Choices(JsonString name, List<JsonValue> values, int depth)
    {
        var list = Last(name, values);
        _json.Name(name.Span);
        if (!list.IsArray)
        {
            _json.Value(list);
            return;
        }

        _json.BeginArray();
        foreach (var item in list.Items) Write([item], depth + 1);
        _json.EndArray();
    }

    // Of words for people the nearest is meant; of rules that differ only one can be kept.
    private JsonValue Last(JsonString name, List<JsonValue> values)
    {
        var last = values[^1];
        var isForPeople = name.Is("title"u8) || name.Is("description"u8) || name.Is("default"u8) || name.Is("examples"u8);
        if (!isForPeople && values.Exists(value => !value.Span.SequenceEqual(last.Span))) Lose("the parts of an allOf say it differently; the last is kept", "allOf");
        return last;
    }

    private void Lose(string reason, string keyword) => losses.Add(keyword == "$ref" ? path : $"{path}.{keyword}", reason, $"schema.{keyword}");
}
