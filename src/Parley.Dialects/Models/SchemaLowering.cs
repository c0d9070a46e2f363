using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Models;

/// <summary>
/// Writes a JSON schema as a vendor takes it, and reports each keyword that had to go. Property names are told from keywords by
/// where they stand: a property may well be called <c>minimum</c>.
/// </summary>
public static class SchemaLowering
{
    /// <summary>Writes one schema.</summary>
    /// <param name="schema">The schema as the caller gave it; what is no object is written as it is.</param>
    /// <param name="rules">The vendor's row.</param>
    /// <param name="path">Where the schema stands in the caller's request, for the report.</param>
    /// <param name="json">Where to write.</param>
    /// <param name="losses">Where to report.</param>
    public static void Write(JsonValue schema, SchemaRules rules, string path, JsonOutput json, LossReport losses)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(losses);
        if (!schema.IsObject)
        {
            json.Value(schema);
            return;
        }

        var isClosed = !rules.ClosesObjects || !IsObjectSchema(schema);
        json.BeginObject();
        foreach (var member in schema.Members)
        {
            var keyword = member.Name.ToText();
            if (rules.ClosesObjects && keyword == "additionalProperties")
            {
                if (!member.Value.IsFalse && member.Value.HasValue) Lose(keyword);
                continue;
            }

            if (rules.Rejected.Contains(keyword) || IsRefusedValue(keyword, member.Value, rules))
            {
                Lose(keyword);
                continue;
            }

            Member(keyword, member, rules, path, json, losses);
        }

        if (!isClosed) json.Member("additionalProperties"u8, false);
        json.EndObject();

        void Lose(string keyword) => losses.Add($"{path}.{keyword}", $"{rules.Vendor} rejects this keyword", $"schema.{keyword}");
    }

    private static void Member(string keyword, JsonField member, SchemaRules rules, string path, JsonOutput json, LossReport losses)
    {
        if (rules.Renamed.TryGetValue(keyword, out var renamed)) json.Name(System.Text.Encoding.UTF8.GetBytes(renamed));
        else json.Name(member.Name.Span);
        var inner = $"{path}.{keyword}";
        switch (keyword)
        {
            case "properties" or "$defs" or "definitions" or "patternProperties" or "dependentSchemas" when member.Value.IsObject:
                json.BeginObject();
                foreach (var property in member.Value.Members)
                {
                    json.Name(property.Name.Span);
                    Write(property.Value, rules, $"{inner}.{property.Name.ToText()}", json, losses);
                }

                json.EndObject();
                break;
            case "anyOf" or "allOf" or "oneOf" or "prefixItems" or "items" when member.Value.IsArray:
                json.BeginArray();
                var index = 0;
                foreach (var item in member.Value.Items) Write(item, rules, $"{inner}[{index++}]", json, losses);
                json.EndArray();
                break;
            case "items" or "additionalProperties" or "not" or "contains" or "if" or "then" or "else" or "propertyNames":
                Write(member.Value, rules, inner, json, losses);
                break;
            default:
                json.Value(member.Value);
                break;
        }
    }

    private static bool IsRefusedValue(string keyword, JsonValue value, SchemaRules rules) => keyword switch
    {
        "format" => rules.Formats is { } formats && value.IsString && !formats.Contains(value.AsString().ToText()),
        "minItems" => rules.MostMinItems is { } most && value.AsInt64() is { } least && least > most,
        _ => false,
    };

    private static bool IsObjectSchema(JsonValue schema)
    {
        var type = schema.Member("type"u8);
        if (!type.IsPresent) return schema.Member("properties"u8).IsPresent;
        if (type.AsString().Is("object"u8)) return true;
        foreach (var one in type.Items)
        {
            if (one.AsString().Is("object"u8)) return true;
        }

        return false;
    }
}
