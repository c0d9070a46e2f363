namespace Parley.Gateway.Agents.Citations;

/// <summary>The marks that Foundry's models leave in a text where they use a source: <c>【3:0†source】</c>, <c>【3:0†title†url】</c> (wire/azure.md §3.1).</summary>
internal static class Marker
{
    internal const char Open = '【';
    internal const char Close = '】';
    private const char Dagger = '†';

    /// <summary>True for a whole marker, brackets and all: numbers with colons, a dagger, anything.</summary>
    internal static bool Is(ReadOnlySpan<char> text) => text is [Open, .., Close] && HasHead(text);

    /// <summary>True when a text begins as markers do: bracket, numbers with colons, dagger.</summary>
    internal static bool HasHead(ReadOnlySpan<char> text)
    {
        var dagger = text.IndexOf(Dagger);
        if (dagger < 2 || text[0] != Open) return false;
        var wantsDigit = true;
        foreach (var c in text[1..dagger])
        {
            if (c == ':' ? wantsDigit : !char.IsAsciiDigit(c)) return false;
            wantsDigit = c == ':';
        }

        return !wantsDigit;
    }
}
