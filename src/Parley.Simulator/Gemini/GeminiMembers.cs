using System.Text.Json;

namespace Parley.Simulator;

/// <summary>Reads members of Google's JSON, which may be spelled as in the documentation (camelCase) or as in the protocol buffers (snake_case).</summary>
internal static class GeminiMembers
{
    public static JsonElement? Member(this JsonElement element, string name) => element.Find(name) ?? element.Find(Snake(name));

    public static string? MemberText(this JsonElement element, string name) => element.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A whole number; Google takes it as text as well.</summary>
    public static int? MemberInt(this JsonElement element, string name) => element.Member(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) => value,
        { ValueKind: JsonValueKind.String } text when int.TryParse(text.GetString(), out var value) => value,
        _ => null,
    };

    /// <summary>The elements of a repeated field; a single one may stand without its array.</summary>
    public static IEnumerable<JsonElement> Members(this JsonElement element, string name) => element.Member(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
        { } one => [one],
    };

    public static IEnumerable<JsonElement> Parts(this JsonElement content) => content.Members("parts");

    public static string Snake(string name)
    {
        if (!name.Any(char.IsAsciiLetterUpper))
            return name;
        return string.Concat(name.Select((c, at) => !char.IsAsciiLetterUpper(c) ? $"{c}" : at == 0 ? $"{char.ToLowerInvariant(c)}" : $"_{char.ToLowerInvariant(c)}"));
    }
}
