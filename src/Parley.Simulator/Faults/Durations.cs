using System.Globalization;

namespace Parley.Simulator;

/// <summary>Durations as people write them in headers, model names and options: <c>20ms</c>, <c>2s</c>, <c>0.5s</c>, <c>250</c> (milliseconds).</summary>
internal static class Durations
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static bool TryParse(string? text, out TimeSpan value)
    {
        value = default;
        if (string.IsNullOrEmpty(text))
            return false;
        var (digits, unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 1.0),
            _ when text.EndsWith('s') => (text[..^1], 1000.0),
            _ => (text, 1.0),
        };
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number * unit > Longest.TotalMilliseconds)
            return false;
        value = TimeSpan.FromMilliseconds(number * unit);
        return true;
    }
}
