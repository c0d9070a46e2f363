using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Parley.Dialects.Splicing;

/// <summary>
/// Where the interesting top-level properties of a request stand: byte ranges, nothing copied, nothing allocated.
/// A value type of fixed size; pass it by <c>in</c>. It is only meaningful together with the body it was scanned from.
/// </summary>
/// <remarks>
/// The whole body is validated: what <see cref="Utf8JsonReader"/> accepts with its default options (64 levels, no comments, no
/// trailing commas, no byte order mark) is accepted, anything else is refused. Like that reader it does not check that the text
/// inside strings is valid UTF-8, nor that <c>\u</c> escapes pair up as surrogates. Only properties of the outermost object count;
/// a name written with escapes (<c>"mod\u0065l"</c>) is recognised.
/// </remarks>
public struct RequestEnvelope
{
    private Slots _slots;

    /// <summary>
    /// Validates <paramref name="body"/> to its end and notes where the watched properties are.
    /// The envelope is only to be used when the fault is <see cref="EnvelopeFaultKind.None"/>.
    /// </summary>
    public static EnvelopeFault Scan(ReadOnlySpan<byte> body, out RequestEnvelope envelope)
    {
        envelope = default;
        return EnvelopeScanner.Scan(body, ref envelope);
    }

    /// <summary>How many members the outermost object has, watched or not.</summary>
    internal int Members { get; set; }

    /// <summary>The offset of the outermost opening brace.</summary>
    internal int Brace { get; set; }

    /// <summary>True when the property is there, whatever its value.</summary>
    public readonly bool Has(EnvelopeProperty property) => _slots[(int)property].Length != 0;

    /// <summary>The value's bytes (a string with its quotes); empty when the property is absent.</summary>
    public readonly ByteRange Value(EnvelopeProperty property) => new(_slots[(int)property].Start, _slots[(int)property].Length);

    /// <summary>From the name's opening quote to the value's end; empty when the property is absent.</summary>
    public readonly ByteRange Member(EnvelopeProperty property)
    {
        ref readonly var slot = ref _slots[(int)property];
        return slot.Length == 0 ? default : new(slot.Name, slot.Start + slot.Length - slot.Name);
    }

    /// <summary>
    /// The value's first token: String, Number, True, False, Null, StartObject or StartArray;
    /// <see cref="JsonTokenType.None"/> when the property is absent.
    /// </summary>
    public readonly JsonTokenType Kind(EnvelopeProperty property) => _slots[(int)property].Kind;

    /// <summary>True when the value is the literal <c>true</c>.</summary>
    public readonly bool IsTrue(EnvelopeProperty property, ReadOnlySpan<byte> body) => Value(property).Of(body).SequenceEqual("true"u8);

    /// <summary>The value's text with its escapes resolved; null when the property is absent, not a string, or no valid text.</summary>
    public readonly string? ReadString(EnvelopeProperty property, ReadOnlySpan<byte> body) =>
        Kind(property) == JsonTokenType.String ? JsonText.Read(Value(property).Of(body)) : null;

    /// <summary>The text of a member of the object that the value is; null when it is no object, or the member is absent, not a string, or no valid text.</summary>
    public readonly string? ReadMember(EnvelopeProperty property, ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        var value = JsonMember.Of(Value(property).Of(body), name, out var kind);
        return kind == JsonTokenType.String ? JsonText.Read(value) : null;
    }

    /// <summary>The text's bytes where they stand, without an allocation: only for a string that holds no escapes.</summary>
    public readonly bool TryGetUnescaped(EnvelopeProperty property, ReadOnlySpan<byte> body, out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        if (Kind(property) != JsonTokenType.String) return false;
        var content = Value(property).Of(body)[1..^1];
        if (content.Contains((byte)'\\')) return false;
        utf8 = content;
        return true;
    }

    /// <summary>True when the value is a string with exactly this text (UTF-8), escapes resolved.</summary>
    public readonly bool ValueEquals(EnvelopeProperty property, ReadOnlySpan<byte> body, ReadOnlySpan<byte> utf8) =>
        Kind(property) == JsonTokenType.String && JsonText.ContentEquals(Value(property).Of(body)[1..^1], utf8);

    internal void Set(int property, int name, int start, int end, JsonTokenType kind) =>
        _slots[property] = new Slot(name, start, end - start, kind);

    // Twelve bytes in place of sixteen, for each watched property of each request: a body has at most 2^30 bytes (limits.bodyBytes), so that the
    // two highest bits of both offsets are free for the four of the kind.
    private readonly struct Slot(int name, int start, int length, JsonTokenType kind)
    {
        private const int Offset = (1 << 30) - 1;

        private readonly uint _name = (uint)name | (((uint)kind & 3) << 30);
        private readonly uint _start = (uint)start | ((uint)kind >> 2 << 30);

        internal int Name => (int)(_name & Offset);

        internal int Start => (int)(_start & Offset);

        internal int Length { get; } = length;

        internal JsonTokenType Kind => (JsonTokenType)((_name >> 30) | (_start >> 30 << 2));
    }

    [InlineArray(EnvelopeNames.Count)]
    private struct Slots
    {
        private Slot _first;
    }
}
