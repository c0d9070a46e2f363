using System.Text;

namespace Parley.Gateway.Agents.Citations;

/// <summary>
/// Takes the markers of sources out of a text that comes in pieces, wherever the pieces are cut. Nothing else is changed: brackets that
/// hold no marker stay, and so does the space beside one. Text is held back from an opening bracket on until it is known what it begins.
/// </summary>
internal sealed class MarkerFilter
{
    private const int MostHeld = 256;
    // A marker may hold a title and an address.
    private const int LongestMarker = 2048;
    private const int MostExpected = 1000;

    private readonly StringBuilder _held = new();
    private readonly HashSet<string> _expected = new(StringComparer.Ordinal);
    private char _half;

    /// <summary>Says what the provider itself calls a marker; it is taken out in whatever form, as long as it stands in the brackets.</summary>
    internal void Expect(string marker)
    {
        if (marker is [Marker.Open, .., Marker.Close] && marker.Length <= MostHeld && _expected.Count < MostExpected) _expected.Add(marker);
    }

    /// <summary>The text that this piece makes certain; empty when all of it is held back.</summary>
    internal string Append(string piece)
    {
        if (_held.Length == 0 && _half == 0 && !piece.Contains(Marker.Open, StringComparison.Ordinal) && !EndsInHalf(piece)) return piece;
        var certain = new StringBuilder(piece.Length + 1);
        if (_half != 0) certain.Append(_half);
        _half = '\0';
        foreach (var c in piece) Append(c, certain);
        if (_held.Length == 0 && certain.Length > 0 && char.IsHighSurrogate(certain[^1]))
        {
            // A character that is cut in two pieces: half of it would be no text.
            _half = certain[^1];
            certain.Length--;
        }

        return certain.ToString();
    }

    /// <summary>The rest, at the text's end: what was held back and became no marker.</summary>
    internal string End()
    {
        var rest = _half != 0 ? _half.ToString() : _held.ToString();
        _half = '\0';
        _held.Clear();
        return rest;
    }

    private void Append(char c, StringBuilder certain)
    {
        if (_held.Length == 0)
        {
            (c == Marker.Open ? _held : certain).Append(c);
            return;
        }

        if (c == Marker.Open)
        {
            Release(certain);
            _held.Append(c);
            return;
        }

        _held.Append(c);
        if (c == Marker.Close)
        {
            var text = _held.ToString();
            if (Marker.Is(text) || _expected.Contains(text)) _held.Clear();
            else Release(certain);
        }
        else if (c is '\n' or '\r' || _held.Length >= LongestMarker || (_held.Length >= MostHeld && !Marker.HasHead(_held.ToString())))
        {
            Release(certain);
        }
    }

    private void Release(StringBuilder certain)
    {
        certain.Append(_held);
        _held.Clear();
    }

    private static bool EndsInHalf(string piece) => piece.Length > 0 && char.IsHighSurrogate(piece[^1]);
}
