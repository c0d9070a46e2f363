using System.Collections.Frozen;

namespace Parley.Dialects.Models;

/// <summary>
/// What Gemini takes of JSON Schema in <c>parametersJsonSchema</c> and <c>responseJsonSchema</c>. Google lists what is supported
/// (https://ai.google.dev/api/generate-content#GenerationConfig): $id, $defs, $ref, $anchor, type, format, title, description, enum,
/// items, prefixItems, minItems, maxItems, minimum, maximum, anyOf, oneOf, properties, additionalProperties, required,
/// propertyOrdering. All other keywords of the specification are named here; local references are resolved before.
/// </summary>
internal static class GeminiSchemaRules
{
    internal static readonly SchemaRules Row = new()
    {
        Vendor = "Gemini",
        Rejected = FrozenSet.ToFrozenSet<string>(
        [
            "$schema", "$id", "$anchor", "$comment", "$vocabulary", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor",
            "$ref", "$defs", "definitions", "allOf", "not", "if", "then", "else", "const", "default", "examples", "example", "nullable",
            "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "contentEncoding",
            "contentMediaType", "contentSchema", "uniqueItems", "contains", "minContains", "maxContains", "additionalItems",
            "unevaluatedItems", "minProperties", "maxProperties", "patternProperties", "propertyNames", "dependencies",
            "dependentRequired", "dependentSchemas", "unevaluatedProperties", "readOnly", "writeOnly", "deprecated", "strict",
        ]),
        Renamed = new Dictionary<string, string> { ["oneOf"] = "anyOf" }.ToFrozenDictionary(),
    };
}
