using System.Buffers.Text;
using System.Text.Json;

namespace Parley.Dialects.Json;

/// <summary>
/// One JSON value as it stood on the wire: numbers keep their digits, objects their key order. Walked without a document. The
/// bytes are known to be valid JSON (the body or frame was checked as a whole), without white space around them.
/// </summary>
/// <param name="Raw">The value's bytes; empty for the default, which stands for none.</param>
public readonly record struct JsonValue(ReadOnlyMemory<byte> Raw)
{
    /// <summary>The bytes as a span.</summary>
    public ReadOnlySpan<byte> Span => Raw.Span;

    /// <summary>False for the default: the member was not there.</summary>
    public bool IsPresent => !Raw.IsEmpty;

    /// <summary>True for the literal <c>null</c>, and for none.</summary>
    public bool IsNull => Raw.IsEmpty || Raw.Span[0] == 'n';

    /// <summary>True when it is there and not <c>null</c>.</summary>
    public bool HasValue => !IsNull;

    /// <summary>The value's kind; <see cref="JsonValueKind.Undefined"/> for none.</summary>
    public JsonValueKind Kind => Raw.IsEmpty ? JsonValueKind.Undefined : Raw.Span[0] switch
    {
        (byte)'{' => JsonValueKind.Object,
        (byte)'[' => JsonValueKind.Array,
        (byte)'"' => JsonValueKind.String,
        (byte)'t' => JsonValueKind.True,
        (byte)'f' => JsonValueKind.False,
        (byte)'n' => JsonValueKind.Null,
        _ => JsonValueKind.Number,
    };

    public bool IsObject => Kind == JsonValueKind.Object;

    public bool IsArray => Kind == JsonValueKind.Array;

    public bool IsString => Kind == JsonValueKind.String;

    public bool IsTrue => Kind == JsonValueKind.True;

    public bool IsFalse => Kind == JsonValueKind.False;

    /// <summary>The string's content; none when it is no string.</summary>
    public JsonString AsString() => IsString ? new JsonString(Raw[1..^1]) : default;

    /// <summary>A whole number, also when written as <c>12.0</c>; null for anything else.</summary>
    public long? AsInt64()
    {
        if (Kind != JsonValueKind.Number) return null;
        if (Utf8Parser.TryParse(Span, out long whole, out var used) && used == Raw.Length) return whole;
        return AsDouble() is { } value && Math.Abs(value) < 1e15 && Math.Floor(value) == value ? (long)value : null;
    }

    /// <summary>A number; null for anything else.</summary>
    public double? AsDouble() =>
        Kind == JsonValueKind.Number && Utf8Parser.TryParse(Span, out double value, out var used) && used == Raw.Length ? value : null;

    /// <summary>The members of an object, in order; none of anything else.</summary>
    public JsonMembers Members => new(IsObject ? Raw : default);

    /// <summary>The elements of an array, in order; none of anything else.</summary>
    public JsonItems Items => new(IsArray ? Raw : default);

    /// <summary>The first member of this name; none when there is none, or this is no object.</summary>
    public JsonValue Member(ReadOnlySpan<byte> name)
    {
        foreach (var member in Members)
        {
            if (member.Is(name)) return member.Value;
        }

        return default;
    }

    /// <summary>True when there is nothing between the braces or brackets.</summary>
    public bool IsEmptyContainer => Raw.Length >= 2 && Kind is JsonValueKind.Object or JsonValueKind.Array && Span[1..^1].Trim(" \t\r\n"u8).IsEmpty;

    /// <summary>The value of a whole body or frame that is known to be valid: white space around it is taken off.</summary>
    public static JsonValue Of(ReadOnlyMemory<byte> json)
    {
        var span = json.Span;
        var start = span.IndexOfAnyExcept(" \t\r\n"u8);
        return start < 0 ? default : new JsonValue(json[start..(span.LastIndexOfAnyExcept(" \t\r\n"u8) + 1)]);
    }

    /// <summary>Checks a whole text; false when it is not one JSON value, or nested deeper than 64 levels.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, out JsonValue value)
    {
        value = default;
        var reader = new Utf8JsonReader(json.Span);
        try
        {
            while (reader.Read()) { }
        }
        catch (JsonException)
        {
            return false;
        }

        value = Of(json);
        return value.IsPresent;
    }

    /// <summary>A value of ours.</summary>
    public static JsonValue Literal(ReadOnlySpan<byte> json) => new(json.ToArray());

    /// <summary>A number of ours.</summary>
    public static JsonValue Number(long value) => new(System.Text.Encoding.ASCII.GetBytes(value.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>A string of ours.</summary>
    public static JsonValue Quote(JsonString text) => new((byte[])[(byte)'"', .. text.Span, (byte)'"']);

    /// <summary>The JSON, for messages and tests.</summary>
    public override string ToString() => System.Text.Encoding.UTF8.GetString(Span);
}
