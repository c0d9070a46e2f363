using System.Globalization;

namespace Parley.Gateway.Resilience;

/// <summary>
/// Reads how long it is until a rate limit is whole again: <c>6m0s</c>, <c>1.5s</c> and <c>12ms</c> (OpenAI), seconds (Azure), a time of day by RFC 3339 (Anthropic).
/// </summary>
internal static class LimitReset
{
    /// <summary>Null when the value is none of these; never negative.</summary>
    internal static TimeSpan? Read(string? value, TimeProvider time)
    {
        if (string.IsNullOrWhiteSpace(value)) return null;
        var text = value.AsSpan().Trim();
        if (Duration(text) is { } seconds) return TimeSpan.FromSeconds(Math.Min(seconds, 1e9));
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return null;
        var wait = at - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    // As Go writes durations: numbers with units, one behind the other. A number without a unit is seconds.
    private static double? Duration(ReadOnlySpan<char> text)
    {
        var seconds = 0.0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept("0123456789.");
            if (digits < 0) digits = text.Length;
            if (!double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
            text = text[digits..];
            var letters = text.IndexOfAny("0123456789.");
            if (letters < 0) letters = text.Length;
            if (UnitOf(text[..letters]) is not { } unit) return null;
            seconds += number * unit;
            text = text[letters..];
        }

        return seconds;
    }

    private static double? UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "" or "s" => 1,
        "ms" => 1e-3,
        "us" or "µs" => 1e-6,
        "ns" => 1e-9,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => null,
    };
}
