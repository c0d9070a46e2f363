using System.Buffers;

namespace Parley.Dialects.Streaming;

/// <summary>Reads the fields of one event, as the WHATWG's "interpreting an event stream" has them.</summary>
internal static class SseFrameParser
{
    /// <param name="raw">The event's bytes.</param>
    /// <param name="skip">Bytes of a byte order mark in front of it.</param>
    /// <param name="isTerminated">Whether its blank line is there.</param>
    /// <param name="joined">A pooled buffer for data of several lines, rented or grown when needed.</param>
    internal static SseFrame Parse(ReadOnlySpan<byte> raw, int skip, bool isTerminated, scoped ref byte[]? joined)
    {
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> data = default;
        var dataOffset = -1;
        var lines = 0;
        for (var at = skip; at < raw.Length;)
        {
            var line = raw[at..];
            var length = line.IndexOfAny((byte)'\n', (byte)'\r');
            var next = at + (length < 0 ? line.Length : length + 1);
            if (length >= 0)
            {
                if (line[length] == '\r' && length + 1 < line.Length && line[length + 1] == '\n') next++;
                line = line[..length];
            }

            if (IsField(line, "data"u8, out var value))
            {
                if (lines++ == 0)
                {
                    data = value;
                    dataOffset = at + line.Length - value.Length;
                }
                else
                {
                    data = Join(data, value, raw.Length, lines == 2, ref joined);
                    dataOffset = -1;
                }
            }
            else if (IsField(line, "event"u8, out value))
            {
                name = value; // the last one counts
            }

            at = next;
        }

        return new SseFrame(raw, name, data, dataOffset, lines > 0, isTerminated);
    }

    // "name", "name:value" or "name: value": one space behind the colon is not part of the value.
    private static bool IsField(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!line.StartsWith(field)) return false;
        line = line[field.Length..];
        if (line.IsEmpty) return true;
        if (line[0] != ':') return false;
        value = line[(line.Length > 1 && line[1] == ' ' ? 2 : 1)..];
        return true;
    }

    // The joined data is shorter than the event, so a buffer of the event's length never has to grow while it is filled.
    private static ReadOnlySpan<byte> Join(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> line, int most, bool isFirst, scoped ref byte[]? joined)
    {
        if (isFirst)
        {
            if (joined is not null && joined.Length < most)
            {
                ArrayPool<byte>.Shared.Return(joined);
                joined = null;
            }

            joined ??= ArrayPool<byte>.Shared.Rent(most);
            data.CopyTo(joined);
        }

        joined![data.Length] = (byte)'\n';
        line.CopyTo(joined.AsSpan(data.Length + 1));
        return joined.AsSpan(0, data.Length + 1 + line.Length);
    }
}
