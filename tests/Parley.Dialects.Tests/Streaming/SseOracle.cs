using System.Text;

namespace Parley.Dialects.Tests.Streaming;

/// <summary>The WHATWG's event stream interpretation in its plainest form, over a whole text: what the reader is held to.</summary>
internal static class SseOracle
{
    internal static List<(string Event, string Data)> Events(byte[] stream)
    {
        var text = Encoding.Latin1.GetString(stream);
        if (text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal)) text = text[3..];
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var events = new List<(string, string)>();
        var (name, data) = ("", (string?)null);
        foreach (var line in lines)
        {
            if (line.Length == 0)
            {
                if (data is not null) events.Add((name, data));
                (name, data) = ("", null);
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var field = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1)..];
            if (value.StartsWith(' ')) value = value[1..];
            if (field == "event") name = value;
            if (field == "data") data = data is null ? value : data + "\n" + value;
        }

        // The browser drops what no blank line ends; here it is what TryReadLast gives.
        if (data is not null) events.Add((name, data));
        return events;
    }
}
