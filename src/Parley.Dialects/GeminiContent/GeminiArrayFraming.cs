using System.Buffers;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Turns the data events of a stream into the pieces of one JSON array, which is what Google answers without <c>alt=sse</c>:
/// <c>[{…}</c>, <c>,\r\n{…}</c>, <c>]</c>. One instance per answer; allocates nothing per event.
/// </summary>
public sealed class GeminiArrayFraming
{
    private bool _hasBegun;
    private bool _hasEnded;

    /// <summary>Writes one event's data as the next element; blank data writes nothing.</summary>
    public void Write(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        data = data.Trim(" \t\r\n"u8);
        if (data.IsEmpty || _hasEnded) return;
        Separate(output);
        output.Write(data);
    }

    /// <summary>Writes an error as the last element and closes the array: only so can the caller read it at all. The error says that the answer was cut.</summary>
    public void WriteError(IBufferWriter<byte> output, string message, string code)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_hasEnded) return;
        Separate(output);
        GeminiError.Write(new JsonOutput(output), 500, JsonString.From(message), JsonString.From(code));
        Complete(output);
    }

    /// <summary>Closes the array; an answer without events is the empty array.</summary>
    public void Complete(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_hasEnded) return;
        output.Write(_hasBegun ? "]"u8 : "[]"u8);
        _hasEnded = true;
    }

    private void Separate(IBufferWriter<byte> output)
    {
        output.Write(_hasBegun ? ",\r\n"u8 : "["u8);
        _hasBegun = true;
    }
}
