namespace Parley.Simulator;

/// <summary>
/// Text cut into what the simulator calls tokens: a word or number with the white space before it, or a single other character.
/// Simple and deterministic; the parts joined are the text.
/// </summary>
internal static class Tokens
{
    public static int Count(string text)
    {
        var count = 0;
        for (var at = 0; at < text.Length; at = End(text, at))
            count++;
        return count;
    }

    public static List<string> Split(string text)
    {
        var parts = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = End(text, at);
            parts.Add(text[at..end]);
            at = end;
        }
        return parts;
    }

    private static int End(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        if (at == text.Length)
            return at;
        if (!char.IsLetterOrDigit(text[at]))
            return at + (char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1);
        while (at < text.Length && char.IsLetterOrDigit(text[at]))
            at++;
        return at;
    }
}
