using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What structured outputs refuse in a JSON Schema (platform.claude.com, "Structured outputs", limitations).</summary>
internal static class MessageSchemaRules
{
    private static readonly string[] Numeric = ["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"];
    private static readonly string[] OfStrings = ["minLength", "maxLength"];

    public static AnthropicRefusal? Check(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return null;
        var type = schema.FindString("type");
        if (type == "object" && schema.FindBool("additionalProperties") is not false)
            return Invalid("For 'object' type, 'additionalProperties' must be explicitly set to false");
        foreach (var (kind, words) in ((string, string[])[])[("integer", Numeric), ("number", Numeric), ("string", OfStrings), ("array", ["maxItems", "uniqueItems"])])
        {
            var found = type == kind ? words.Where(word => schema.Find(word) is not null).ToArray() : [];
            if (found.Length > 0)
                return Invalid($"For '{kind}' type, {(found.Length == 1 ? "property" : "properties")} {string.Join(", ", found.Select(f => $"'{f}'"))} {(found.Length == 1 ? "is" : "are")} not supported");
        }
        if (type == "array" && schema.FindInt("minItems") is > 1)
            return Invalid("For 'array' type, 'minItems' values other than 0 or 1 are not supported");
        foreach (var (name, value) in schema.EnumerateObject().Select(p => (p.Name, p.Value)))
        {
            var inner = name switch
            {
                "properties" or "$defs" or "definitions" when value.ValueKind == JsonValueKind.Object => value.EnumerateObject().Select(p => Check(p.Value)),
                "anyOf" or "allOf" when value.ValueKind == JsonValueKind.Array => value.EnumerateArray().Select(Check),
                "items" => [Check(value)],
                _ => [],
            };
            if (inner.FirstOrDefault(problem => problem is not null) is { } problem)
                return problem;
        }
        return null;
    }

    private static AnthropicRefusal Invalid(string message) => AnthropicRefusal.Invalid($"output_config.format.schema: {message}");
}
