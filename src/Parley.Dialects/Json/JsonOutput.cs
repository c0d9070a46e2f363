using System.Buffers;
using System.Globalization;

namespace Parley.Dialects.Json;

/// <summary>
/// Writes JSON to a buffer and sets the commas. Strings go as they came (<see cref="JsonString"/>), which no writer of the
/// framework does: theirs decode and escape anew. Not checked: whoever writes a name must write its value. Depth is at most 64.
/// </summary>
public sealed class JsonOutput(IBufferWriter<byte> output)
{
    private ulong _hasItems;
    private int _depth;
    private bool _afterName;

    /// <summary>Where it writes; for bytes that are no JSON (the frame around an event).</summary>
    public IBufferWriter<byte> Output => output;

    public JsonOutput BeginObject() => Begin((byte)'{');

    public JsonOutput BeginObject(ReadOnlySpan<byte> name) => Name(name).BeginObject();

    public JsonOutput EndObject() => End((byte)'}');

    public JsonOutput BeginArray() => Begin((byte)'[');

    public JsonOutput BeginArray(ReadOnlySpan<byte> name) => Name(name).BeginArray();

    public JsonOutput EndArray() => End((byte)']');

    /// <summary>Writes a member's name, which must need no escapes.</summary>
    public JsonOutput Name(ReadOnlySpan<byte> name)
    {
        Separate();
        var span = output.GetSpan(name.Length + 3);
        span[0] = (byte)'"';
        name.CopyTo(span[1..]);
        span[name.Length + 1] = (byte)'"';
        span[name.Length + 2] = (byte)':';
        output.Advance(name.Length + 3);
        _afterName = true;
        return this;
    }

    public JsonOutput Value(JsonString text)
    {
        Separate();
        Byte((byte)'"');
        output.Write(text.Span);
        Byte((byte)'"');
        return this;
    }

    /// <summary>Writes a string that needs no escapes.</summary>
    public JsonOutput Value(ReadOnlySpan<byte> literal)
    {
        Separate();
        Byte((byte)'"');
        output.Write(literal);
        Byte((byte)'"');
        return this;
    }

    public JsonOutput Value(JsonValue value)
    {
        Separate();
        output.Write(value.IsPresent ? value.Span : "null"u8);
        return this;
    }

    public JsonOutput Value(long number)
    {
        Separate();
        var span = output.GetSpan(20);
        number.TryFormat(span, out var written, default, CultureInfo.InvariantCulture);
        output.Advance(written);
        return this;
    }

    public JsonOutput Value(bool value)
    {
        Separate();
        output.Write(value ? "true"u8 : "false"u8);
        return this;
    }

    public JsonOutput Null()
    {
        Separate();
        output.Write("null"u8);
        return this;
    }

    /// <summary>Writes the members of an object into the one that is open: <c>{"a":1}</c> gives <c>"a":1</c>.</summary>
    public JsonOutput Members(JsonValue value)
    {
        foreach (var member in value.Members) Name(member.Name.Span).Value(member.Value);
        return this;
    }

    /// <summary>Writes members or elements that were made before, commas between them.</summary>
    public JsonOutput Raw(ReadOnlySpan<byte> made)
    {
        Separate();
        output.Write(made);
        return this;
    }

    /// <summary>Opens a string whose content is written in pieces, with <see cref="Piece"/>.</summary>
    public JsonOutput BeginString()
    {
        Separate();
        Byte((byte)'"');
        return this;
    }

    /// <summary>A piece of the string that is open: escaped already.</summary>
    public JsonOutput Piece(ReadOnlySpan<byte> escaped)
    {
        output.Write(escaped);
        return this;
    }

    public JsonOutput EndString()
    {
        Byte((byte)'"');
        return this;
    }

    public JsonOutput Member(ReadOnlySpan<byte> name, JsonString text) => Name(name).Value(text);

    public JsonOutput Member(ReadOnlySpan<byte> name, ReadOnlySpan<byte> literal) => Name(name).Value(literal);

    public JsonOutput Member(ReadOnlySpan<byte> name, JsonValue value) => Name(name).Value(value);

    public JsonOutput Member(ReadOnlySpan<byte> name, long number) => Name(name).Value(number);

    public JsonOutput Member(ReadOnlySpan<byte> name, bool value) => Name(name).Value(value);

    /// <summary>Writes the member unless the value is missing.</summary>
    public JsonOutput MemberIfPresent(ReadOnlySpan<byte> name, JsonValue value) => value.IsPresent ? Name(name).Value(value) : this;

    /// <summary>Writes the member unless the text is missing.</summary>
    public JsonOutput MemberIfPresent(ReadOnlySpan<byte> name, JsonString text) => text.IsPresent ? Name(name).Value(text) : this;

    private JsonOutput Begin(byte bracket)
    {
        Separate();
        Byte(bracket);
        _depth++;
        _hasItems &= ~(1UL << (_depth & 63));
        return this;
    }

    private JsonOutput End(byte bracket)
    {
        Byte(bracket);
        _depth--;
        return this;
    }

    private void Separate()
    {
        if (_afterName)
        {
            _afterName = false;
            return;
        }

        var bit = 1UL << (_depth & 63);
        if (_depth > 0 && (_hasItems & bit) != 0) Byte((byte)',');
        _hasItems |= bit;
    }

    private void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
