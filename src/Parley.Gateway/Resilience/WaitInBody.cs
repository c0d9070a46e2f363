using System.Text.Json;

namespace Parley.Gateway.Resilience;

/// <summary>
/// The wait that an error's body asks for: Google's <c>google.rpc.RetryInfo</c> (<c>"retryDelay": "34.07s"</c>), else the sentence of
/// Azure (<c>Please retry after 17 seconds</c>) or OpenAI (<c>Please try again in 6m0s</c>).
/// </summary>
internal static class WaitInBody
{
    private static readonly string[] Beginnings = ["retry after ", "try again in ", "try again after ", "retry in "];

    /// <summary>The wait; null when nothing is said of one.</summary>
    internal static TimeSpan? Read(ReadOnlySpan<byte> body)
    {
        TimeSpan? said = null;
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName) continue;
                var isDelay = reader.ValueTextEquals("retryDelay"u8);
                if (!isDelay && !reader.ValueTextEquals("message"u8)) continue;
                if (!reader.Read() || reader.TokenType != JsonTokenType.String) continue;
                var text = reader.GetString()!;
                if (isDelay && WaitText.Read(text) is { } delay) return delay;
                said ??= InSentence(text);
            }
        }
        catch (JsonException)
        {
            // Cut in the middle: what was read until there counts.
        }

        return said;
    }

    /// <summary>The wait that a sentence asks for; null when it does not.</summary>
    internal static TimeSpan? InSentence(ReadOnlySpan<char> text)
    {
        foreach (var beginning in Beginnings)
        {
            var at = text.IndexOf(beginning, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && WaitText.ReadPrefix(text[(at + beginning.Length)..], out _) is { } wait) return wait;
        }

        return null;
    }
}
