using Parley.Load.Upstream;

namespace Parley.Load.Client;

/// <summary>Finds the moments of sending in a stream, whatever dialect the pieces of text are wrapped in.</summary>
internal static class StreamStamps
{
    private const int Digits = 16;

    private static ReadOnlySpan<byte> Behind => " more\""u8;

    /// <summary>The next stamp behind <paramref name="at"/>, which moves behind it; false when no whole one is there yet.</summary>
    public static bool Next(ReadOnlySpan<byte> body, ref int at, out long sent)
    {
        sent = 0;
        while (body[at..].IndexOf(Behind) is >= 0 and var found)
        {
            var end = at + found;
            at = end + Behind.Length;
            if (end >= Digits && ChatAnswers.TryReadStamp(body.Slice(end - Digits, Digits), out sent))
                return true;
        }
        // The marker may be half here.
        at = Math.Max(at, body.Length - Behind.Length);
        return false;
    }
}
