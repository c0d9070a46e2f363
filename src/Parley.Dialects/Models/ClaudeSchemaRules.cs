using System.Collections.Frozen;

namespace Parley.Dialects.Models;

/// <summary>
/// Anthropic's row: structured outputs take no numeric, string-length or array-length constraints, and objects must be closed
/// (https://platform.claude.com/docs/en/build-with-claude/structured-outputs, "JSON Schema limitations"). A tool's
/// <c>input_schema</c> without <c>strict</c> takes everything and needs no lowering.
/// </summary>
public static class ClaudeSchemaRules
{
    public static SchemaRules OutputFormat { get; } = new()
    {
        Vendor = "Anthropic",
        ClosesObjects = true,
        MostMinItems = 1,
        Rejected = FrozenSet.Create(
            StringComparer.Ordinal,
            "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
            "minLength", "maxLength",
            "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "prefixItems", "unevaluatedItems",
            "minProperties", "maxProperties", "patternProperties", "propertyNames", "unevaluatedProperties",
            "dependentRequired", "dependentSchemas", "not", "if", "then", "else"),
        Renamed = new Dictionary<string, string>(StringComparer.Ordinal) { ["oneOf"] = "anyOf" }.ToFrozenDictionary(StringComparer.Ordinal),
        Formats = FrozenSet.Create(
            StringComparer.Ordinal, "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"),
    };
}
