using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Testing.Schemas;

/// <summary>
/// The schemas of an OpenAPI document, and a small checker of values against them: <c>$ref</c>, <c>allOf</c>, <c>anyOf</c>, <c>oneOf</c>,
/// <c>type</c>, <c>nullable</c>, <c>enum</c>, <c>const</c>, <c>required</c>, <c>properties</c>, <c>additionalProperties</c>, <c>items</c>.
/// <code>
/// var schemas = OpenApiSchemas.Load(file);            // .yaml or .json
/// var problems = schemas.Check("CreateChatCompletionResponse", element);
/// Assert.DoesNotContain(problems, p => !p.Unknown);   // violations; unknown properties are reported beside them
/// </code>
/// </summary>
public sealed class OpenApiSchemas
{
    private const int Deepest = 64;

    private readonly JsonElement document;

    private OpenApiSchemas(JsonElement document) => this.document = document;

    /// <summary>Reads a document; a large YAML takes about a second, so do it once.</summary>
    public static OpenApiSchemas Load(string file)
    {
        if (file.EndsWith(".json", StringComparison.Ordinal))
            return new OpenApiSchemas(JsonDocument.Parse(File.ReadAllBytes(file)).RootElement);
        var node = YamlAsJson.Read(file) ?? new JsonObject();
        return new OpenApiSchemas(JsonSerializer.SerializeToElement(node));
    }

    /// <summary>Everything in the value that the schema of that name does not allow or does not know.</summary>
    public IReadOnlyList<SchemaProblem> Check(string schema, JsonElement value)
    {
        var problems = new List<SchemaProblem>();
        Enter(document.GetProperty("components").GetProperty("schemas").GetProperty(schema), value, "$", problems, 0);
        return problems;
    }

    // A value is entered once, however many schemas speak of it: unknown is only what none of them names.
    private void Enter(JsonElement schema, JsonElement value, string path, List<SchemaProblem> problems, int depth)
    {
        if (depth > Deepest)
            return;
        Check(schema, value, path, problems, depth);
        if (value.ValueKind != JsonValueKind.Object)
            return;
        var declared = new HashSet<string>(StringComparer.Ordinal);
        if (!Declared(schema, value, declared, depth))
            return;
        foreach (var property in value.EnumerateObject())
        {
            if (!declared.Contains(property.Name))
                problems.Add(new SchemaProblem($"{path}.{property.Name}", "is not in the schema", Unknown: true));
        }
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<SchemaProblem> problems, int depth)
    {
        schema = Resolve(schema);
        if (schema.ValueKind != JsonValueKind.Object || depth > Deepest)
            return;
        if (value.ValueKind == JsonValueKind.Null && schema.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True)
            return;
        if (schema.TryGetProperty("type", out var type) && !TypeFits(type, value))
            problems.Add(new SchemaProblem(path, $"is {value.ValueKind}, not {type}", Unknown: false));
        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
            problems.Add(new SchemaProblem(path, $"is {value}, not one of {values}", Unknown: false));
        if (schema.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(constant, value))
            problems.Add(new SchemaProblem(path, $"is {value}, not {constant}", Unknown: false));
        foreach (var part in Branches(schema, "allOf"))
            Check(part, value, path, problems, depth + 1);
        // oneOf as anyOf: the vendors' branches overlap, and what matters is that one of them fits.
        foreach (var keyword in (string[])["anyOf", "oneOf"])
            CheckAny([.. Branches(schema, keyword)], value, path, problems, depth);
        CheckParts(schema, value, path, problems, depth);
    }

    private void CheckAny(JsonElement[] branches, JsonElement value, string path, List<SchemaProblem> problems, int depth)
    {
        List<SchemaProblem>? best = null;
        foreach (var branch in branches)
        {
            var found = new List<SchemaProblem>();
            Check(branch, value, path, found, depth + 1);
            // A wrong discriminator makes a branch worse than anything inside the right one.
            var weight = found.Count(p => !p.Unknown) + (found.Any(p => p.Path == $"{path}.type") ? 1000 : 0);
            if (best is null || weight < best.Count(p => !p.Unknown) + (best.Any(p => p.Path == $"{path}.type") ? 1000 : 0)
                || (weight == 0 && best.All(p => p.Unknown) && found.Count < best.Count))
                best = found;
        }
        if (best is not null)
            problems.AddRange(best);
    }

    private void CheckParts(JsonElement schema, JsonElement value, string path, List<SchemaProblem> problems, int depth)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in Branches(schema, "required").Select(r => r.GetString()!).Where(name => !value.TryGetProperty(name, out _)))
                problems.Add(new SchemaProblem($"{path}.{name}", "is required and missing", Unknown: false));
            var properties = schema.TryGetProperty("properties", out var declared) ? declared : default;
            foreach (var property in value.EnumerateObject())
            {
                if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(property.Name, out var of))
                    Enter(of, property.Value, $"{path}.{property.Name}", problems, depth + 1);
                else if (schema.TryGetProperty("additionalProperties", out var rest) && rest.ValueKind == JsonValueKind.Object)
                    Enter(rest, property.Value, $"{path}.{property.Name}", problems, depth + 1);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
                Enter(items, item, $"{path}[{index++}]", problems, depth + 1);
        }
    }

    // The names that any schema of this value declares; false when one of them allows every name.
    private bool Declared(JsonElement schema, JsonElement value, HashSet<string> names, int depth)
    {
        schema = Resolve(schema);
        if (schema.ValueKind != JsonValueKind.Object || depth > Deepest)
            return false;
        var combined = false;
        foreach (var part in Branches(schema, "allOf"))
            combined |= Declared(part, value, names, depth + 1);
        foreach (var branch in Branches(schema, "anyOf").Concat(Branches(schema, "oneOf")))
        {
            var problems = new List<SchemaProblem>();
            Check(branch, value, "$", problems, depth + 1);
            if (problems.Any(p => !p.Unknown))
                continue;
            combined |= Declared(branch, value, names, depth + 1);
        }
        if (schema.TryGetProperty("additionalProperties", out var rest) && rest.ValueKind is JsonValueKind.Object or JsonValueKind.True)
            return false;
        if (!schema.TryGetProperty("properties", out var properties))
            return combined;
        foreach (var property in properties.EnumerateObject())
            names.Add(property.Name);
        return true;
    }

    private JsonElement Resolve(JsonElement schema)
    {
        for (var hops = 0; hops < 32 && schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference); hops++)
        {
            var target = document;
            foreach (var part in reference.GetString()!.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
                target = target.GetProperty(part);
            schema = target;
        }
        return schema;
    }

    private static JsonElement.ArrayEnumerator Branches(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var branches) && branches.ValueKind == JsonValueKind.Array ? branches.EnumerateArray() : default;

    private static bool TypeFits(JsonElement type, JsonElement value) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(one => TypeFits(one, value)) : type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "number" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number == decimal.Truncate(number),
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            _ => true,
        };
}
