using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// The places inside a schema that its references name: <c>#</c>, <c>#/$defs/Name</c>, <c>#/definitions/Name</c>, <c>#/properties/a</c>.
/// Every reference is looked up once, and every object on the way is read once, however many references pass through it.
/// </summary>
internal sealed class GeminiSchemaReferences(JsonValue root)
{
    /// <summary>A longer one names nothing that an honest schema has.</summary>
    private const int Longest = 1000;

    private readonly Dictionary<JsonString, JsonValue> _found = [];
    private readonly Dictionary<JsonValue, Dictionary<string, JsonValue>> _members = [];

    /// <summary>What the reference names; none when it is no local one, or names nothing.</summary>
    internal JsonValue Find(JsonString reference)
    {
        if (_found.TryGetValue(reference, out var known)) return known;
        return _found[reference] = Resolve(reference);
    }

    private JsonValue Resolve(JsonString reference)
    {
        if (!reference.StartsWith("#"u8) || reference.Span.Length > Longest) return default;
        var at = root;
        foreach (var step in reference.ToText()[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            at = MembersOf(at).GetValueOrDefault(name);
        }

        return at;
    }

    private Dictionary<string, JsonValue> MembersOf(JsonValue value)
    {
        if (_members.TryGetValue(value, out var members)) return members;
        members = new Dictionary<string, JsonValue>(StringComparer.Ordinal);
        foreach (var member in value.Members) members.TryAdd(member.Name.ToText(), member.Value);
        return _members[value] = members;
    }
}
