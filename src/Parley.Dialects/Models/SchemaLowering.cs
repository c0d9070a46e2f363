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
        new Pass(rules, new SchemaPath(path), json, losses).Write(schema);
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

    private sealed class Pass(SchemaRules rules, SchemaPath path, JsonOutput json, LossReport losses)
    {
        internal void Write(JsonValue schema)
        {
            if (!schema.IsObject)
            {
                json.Value(schema);
                return;
            }

            var isClosed = !rules.ClosesObjects || !IsObjectSchema(schema);
            HashSet<string>? names = null;
            json.BeginObject();
            foreach (var member in schema.Members)
            {
                var keyword = member.Name.ToText();
                if (rules.ClosesObjects && keyword == "additionalProperties")
                {
                    if (!member.Value.IsFalse && member.Value.HasValue) Lose(member.Name, keyword);
                }
                else if (rules.Rejected.Contains(keyword) || IsRefusedValue(keyword, member.Value, rules))
                {
                    Lose(member.Name, keyword);
                }
                else if (rules.Renamed.TryGetValue(keyword, out var renamed))
                {
                    // Beside the keyword it would become, the weaker one goes: a name must not stand twice.
                    names ??= Names(schema);
                    if (!names.Add(renamed)) Lose(member.Name, keyword);
                    else Member(keyword, System.Text.Encoding.UTF8.GetBytes(renamed), member);
                }
                else
                {
                    Member(keyword, member.Name.Span, member);
                }
            }

            if (!isClosed) json.Member("additionalProperties"u8, false);
            json.EndObject();
        }

        private static HashSet<string> Names(JsonValue schema)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in schema.Members) names.Add(member.Name.ToText());
            return names;
        }

        // The keyword is of a list of ours, so that the label may hold it.
        private void Lose(JsonString name, string keyword)
        {
            path.Enter(name);
            losses.Add(path.ToString(), $"{rules.Vendor} rejects this keyword", $"schema.{keyword}");
            path.Leave();
        }

        private void Member(string keyword, ReadOnlySpan<byte> name, JsonField member)
        {
            json.Name(name);
            path.Enter(member.Name);
            switch (keyword)
            {
                case "properties" or "$defs" or "definitions" or "patternProperties" or "dependentSchemas" when member.Value.IsObject:
                    json.BeginObject();
                    foreach (var property in member.Value.Members)
                    {
                        json.Name(property.Name.Span);
                        path.Enter(property.Name);
                        Write(property.Value);
                        path.Leave();
                    }

                    json.EndObject();
                    break;
                case "anyOf" or "allOf" or "oneOf" or "prefixItems" or "items" when member.Value.IsArray:
                    json.BeginArray();
                    var index = 0;
                    foreach (var item in member.Value.Items)
                    {
                        path.Enter(index++);
                        Write(item);
                        path.Leave();
                    }

                    json.EndArray();
                    break;
                case "items" or "additionalProperties" or "not" or "contains" or "if" or "then" or "else" or "propertyNames":
                    Write(member.Value);
                    break;
                default:
                    json.Value(member.Value);
                    break;
            }

            path.Leave();
        }
    }
}
