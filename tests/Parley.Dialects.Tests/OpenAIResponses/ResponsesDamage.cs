using System.Text;
using System.Text.RegularExpressions;

namespace Parley.Dialects.Tests.OpenAIResponses;

/// <summary>Damages JSON: mostly so that it stays JSON, with another kind of value or another name in one place.</summary>
internal static partial class ResponsesDamage
{
    private static readonly string[] Values = ["null", "true", "{}", "[]", "7", "-1e400", "\"\"", "\"x\"", "[null]", "[{}]", "{\"type\":\"message\"}", "\"\\ud800\""];

    internal static byte[] Of(byte[] json, Random random)
    {
        var text = Encoding.UTF8.GetString(json);
        for (var times = random.Next(1, 4); times > 0; times--) text = random.Next(10) == 0 ? Cut(text, random) : Swap(text, random);
        return Encoding.UTF8.GetBytes(text);
    }

    // A scalar or an empty container becomes another value; a name becomes a string, or the other way round.
    private static string Swap(string text, Random random)
    {
        var places = Scalar().Matches(text);
        if (places.Count == 0) return text;
        var place = places[random.Next(places.Count)];
        var value = Values[random.Next(Values.Length)];
        return string.Concat(text.AsSpan(0, place.Index), value, text.AsSpan(place.Index + place.Length));
    }

    private static string Cut(string text, Random random)
    {
        var at = random.Next(text.Length);
        return text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
    }

    [GeneratedRegex("""(?<=[:,\[]\s*)("(\\.|[^"\\])*"(?!\s*:)|-?\d[\d.eE+-]*|true|false|null|\{\}|\[\])""")]
    private static partial Regex Scalar();
}
