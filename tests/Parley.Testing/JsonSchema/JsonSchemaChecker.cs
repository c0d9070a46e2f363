using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parley.Testing.JsonSchema;

/// <summary>
/// Checks JSON against the part of JSON Schema 2020-12 that our schemas use. A keyword that it does not know is an error of the
/// schema: a checker that passes over keywords would call anything valid.
/// </summary>
public sealed class JsonSchemaChecker(JsonElement root)
{
    private static readonly HashSet<string> Known =
    [
        "$schema", "$id", "$defs", "$ref", "title", "description", "default", "examples", "type", "enum", "const", "properties", "required",
        "additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength", "pattern", "minimum", "maximum", "anyOf",
    ];

    /// <summary>What is wrong with <paramref name="instance"/>, each with its path; empty when it is valid.</summary>
    /// <exception cref="NotSupportedException">The schema uses a keyword that this checker does not know.</exception>
    public IReadOnlyList<string> Check(JsonElement instance)
    {
        List<string> problems = [];
        Check(root, instance, "$", problems);
        return problems;
    }

    private void Check(JsonElement schema, JsonElement value, string path, List<string> problems)
    {
        if (schema.ValueKind == JsonValueKind.False)
            problems.Add($"{path}: nothing is allowed here");
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return;
        foreach (var keyword in schema.EnumerateObject())
        {
            if (!Known.Contains(keyword.Name))
                throw new NotSupportedException($"the schema uses {keyword.Name}, which this checker does not know");
            Check(keyword.Name, keyword.Value, schema, value, path, problems);
        }
    }

    private void Check(string keyword, JsonElement rule, JsonElement schema, JsonElement value, string path, List<string> problems)
    {
        switch (keyword)
        {
            case "$ref":
                Check(Resolve(rule.GetString()!), value, path, problems);
                break;
            case "type" when !Types(rule).Any(type => Is(value, type)):
                problems.Add($"{path}: is not of type {rule}");
                break;
            case "enum" when !rule.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value)):
                problems.Add($"{path}: is not one of {rule}");
                break;
            case "const" when !JsonElement.DeepEquals(rule, value):
                problems.Add($"{path}: is not {rule}");
                break;
            case "anyOf" when !rule.EnumerateArray().Any(choice => IsValid(choice, value)):
                problems.Add($"{path}: fits none of anyOf");
                break;
            default:
                CheckByKind(keyword, rule, schema, value, path, problems);
                break;
        }
    }

    private void CheckByKind(string keyword, JsonElement rule, JsonElement schema, JsonElement value, string path, List<string> problems)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CheckObject(keyword, rule, schema, value, path, problems);
                break;
            case JsonValueKind.Array when keyword == "items":
                var index = 0;
                foreach (var item in value.EnumerateArray())
                    Check(rule, item, $"{path}[{index++}]", problems);
                break;
            case JsonValueKind.Array when Outside(keyword, rule, "minItems", "maxItems", value.GetArrayLength()):
                problems.Add($"{path}: {keyword} is {rule}");
                break;
            case JsonValueKind.String when Outside(keyword, rule, "minLength", "maxLength", value.GetString()!.Length):
                problems.Add($"{path}: {keyword} is {rule}");
                break;
            case JsonValueKind.String when keyword == "pattern" && !Regex.IsMatch(value.GetString()!, rule.GetString()!):
                problems.Add($"{path}: does not match {rule}");
                break;
            case JsonValueKind.Number when Outside(keyword, rule, "minimum", "maximum", value.GetDouble()):
                problems.Add($"{path}: {keyword} is {rule}");
                break;
        }
    }

    private void CheckObject(string keyword, JsonElement rule, JsonElement schema, JsonElement value, string path, List<string> problems)
    {
        switch (keyword)
        {
            case "properties":
                foreach (var property in rule.EnumerateObject())
                {
                    if (value.TryGetProperty(property.Name, out var member))
                        Check(property.Value, member, $"{path}.{property.Name}", problems);
                }

                break;
            case "required":
                problems.AddRange(rule.EnumerateArray().Select(static name => name.GetString()!)
                    .Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{path}: {name} is missing"));
                break;
            case "additionalProperties":
                var hasProperties = schema.TryGetProperty("properties", out var properties);
                foreach (var member in value.EnumerateObject())
                {
                    if (!hasProperties || !properties.TryGetProperty(member.Name, out _))
                        Check(rule, member.Value, $"{path}.{member.Name}", problems);
                }

                break;
        }
    }

    private bool IsValid(JsonElement schema, JsonElement value)
    {
        List<string> problems = [];
        Check(schema, value, "$", problems);
        return problems.Count == 0;
    }

    private JsonElement Resolve(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
            throw new NotSupportedException($"the schema refers to {reference}; only #/… is known");
        return reference[2..].Split('/').Aggregate(root, static (at, name) => at.GetProperty(name));
    }

    private static IEnumerable<string> Types(JsonElement rule) =>
        rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Select(static type => type.GetString()!) : [rule.GetString()!];

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => throw new NotSupportedException($"the schema uses the type {type}"),
    };

    private static bool Outside(string keyword, JsonElement rule, string min, string max, double value) =>
        (keyword == min && value < rule.GetDouble()) || (keyword == max && value > rule.GetDouble());
}
