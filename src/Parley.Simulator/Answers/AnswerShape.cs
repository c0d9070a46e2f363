using System.Globalization;

namespace Parley.Simulator;

/// <summary>How long an answer is to be: in events, in bytes, or as its text falls (both null).</summary>
internal sealed record AnswerShape(int? Events, int? Bytes)
{
    private const int MostEvents = 1_000_000;
    private const int MostBytes = 256 * 1024 * 1024;

    // A long answer nobody set the number of events for: pieces as long as several words, and not millions of them.
    private const int CharactersPerPiece = 32;
    private const int MostUnaskedPieces = 1024;

    public static AnswerShape Of(SimulatedCall call)
    {
        var events = Number(call.Header("x-simulator-events"), MostEvents) ?? ModelTraits.Events(call.Model ?? "");
        var bytes = Number(call.Header("x-simulator-answer-bytes"), MostBytes);
        return call.Fault.Name switch
        {
            "huge-answer" => new AnswerShape(events, Math.Min(call.Fault.Count(4 * 1024 * 1024), MostBytes)),
            // All of it in one piece, so in one line.
            "huge-line" => new AnswerShape(1, Math.Min(call.Fault.Count(1536 * 1024), MostBytes)),
            _ => new AnswerShape(events, bytes),
        };
    }

    /// <summary>The text in pieces, lengthened or cut to this shape.</summary>
    public List<string> Cut(string text)
    {
        if (Bytes is { } bytes)
            text = OfLength(text, bytes);
        if (Bytes is not null && Events is null)
            return Evenly(text, Math.Clamp(text.Length / CharactersPerPiece, 1, MostUnaskedPieces));
        if (Events is not { } events)
            return Tokens.Split(text);
        if (Bytes is not null)
            return Evenly(text, Math.Max(1, Math.Min(events, text.Length)));
        var pieces = Tokens.Split(text);
        if (pieces.Count > events)
            pieces.RemoveRange(events, pieces.Count - events);
        while (pieces.Count < events)
            pieces.Add(string.Create(CultureInfo.InvariantCulture, $" {pieces.Count + 1}"));
        return pieces;
    }

    private static string OfLength(string text, int bytes)
    {
        const string Filler = " the quick brown fox jumps over the lazy dog";
        // Longer than ASCII would make the byte count uncertain where it is cut; a prompt's text is kept only if it fits whole.
        var kept = System.Text.Encoding.UTF8.GetByteCount(text);
        if (kept > bytes)
            (text, kept) = ("", 0);
        return string.Create(text.Length + bytes - kept, text, static (span, start) =>
        {
            start.CopyTo(span);
            for (var i = start.Length; i < span.Length; i++)
                span[i] = Filler[(i - start.Length) % Filler.Length];
        });
    }

    private static List<string> Evenly(string text, int pieces)
    {
        var parts = new List<string>(pieces);
        var at = 0;
        for (var i = 1; i <= pieces; i++)
        {
            var end = (int)((long)text.Length * i / pieces);
            if (end < text.Length && char.IsLowSurrogate(text[end]))
                end++;
            parts.Add(text[at..Math.Max(at, end)]);
            at = Math.Max(at, end);
        }
        return parts;
    }

    private static int? Number(string? text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? Math.Min(value, most) : null;
}
