using System.Globalization;

namespace Parley.Gateway.Resilience;

/// <summary>Durations as providers write them: <c>17</c> and <c>34.07s</c>, Go's <c>6m0s</c> and <c>20ms</c>, and in sentences <c>17 seconds</c>.</summary>
internal static class WaitText
{
    // Longer than anybody waits, and short enough for all arithmetic with it.
    private const double MostSeconds = 366 * 86400d;

    /// <summary>The duration that the whole text is; null when it is something else.</summary>
    internal static TimeSpan? Read(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        return ReadPrefix(text, out var length) is { } wait && length == text.Length ? wait : null;
    }

    /// <summary>The duration that the text begins with; null when it begins with something else.</summary>
    internal static TimeSpan? ReadPrefix(ReadOnlySpan<char> text, out int length)
    {
        length = 0;
        var seconds = 0d;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
        {
            var number = NumberAt(text[length..]);
            var at = length + number;
            if (!double.TryParse(text.Slice(length, number), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return null;
            if (at + 1 < text.Length && text[at] == ' ' && char.IsAsciiLetter(text[at + 1])) at++;
            var word = text[at..WordEnd(text, at)];
            if (SecondsOf(word) is not { } unit) return null;
            seconds += value * unit;
            length = at + word.Length;
            if (word.IsEmpty) break;
        }

        return length > 0 && seconds <= MostSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static int NumberAt(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        if (end + 1 >= text.Length || text[end] != '.' || !char.IsAsciiDigit(text[end + 1])) return end;
        end++;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end;
    }

    private static int WordEnd(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && (char.IsAsciiLetter(text[at]) || text[at] == 'µ')) at++;
        return at;
    }

    private static double? SecondsOf(ReadOnlySpan<char> word) => word switch
    {
        "" or "s" or "sec" or "secs" or "second" or "seconds" => 1,
        "ms" or "millisecond" or "milliseconds" => 1e-3,
        "us" or "µs" => 1e-6,
        "ns" => 1e-9,
        "m" or "min" or "mins" or "minute" or "minutes" => 60,
        "h" or "hour" or "hours" => 3600,
        "d" or "day" or "days" => 86400,
        _ => null,
    };
}
