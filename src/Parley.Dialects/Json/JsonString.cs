using System.Buffers;
using System.Text;
using Parley.Dialects.Splicing;

namespace Parley.Dialects.Json;

/// <summary>
/// The content of a JSON string as it stood on the wire: without its quotes, with its escapes. Every dialect is JSON, so text goes
/// from one to the other without being decoded: nothing is allocated, and nothing is lost, not even half of a surrogate pair that
/// a provider has cut in two between stream events. The bytes belong to the body or frame they were read from.
/// </summary>
public readonly struct JsonString : IEquatable<JsonString>
{
    private readonly bool _isPresent;

    /// <param name="raw">The escaped content, known to be valid inside quotes.</param>
    public JsonString(ReadOnlyMemory<byte> raw)
    {
        Raw = raw;
        _isPresent = true;
    }

    /// <summary>The escaped bytes between the quotes.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>The same as a span.</summary>
    public ReadOnlySpan<byte> Span => Raw.Span;

    /// <summary>True for a string, be it empty; false for the default, which stands for none.</summary>
    public bool IsPresent => _isPresent;

    /// <summary>True when there is no text: none at all, or the empty string.</summary>
    public bool IsEmpty => Raw.IsEmpty;

    /// <summary>Makes one from text, escaping what JSON wants escaped.</summary>
    public static JsonString From(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var literal = new byte[JsonText.MaxLength(text.Length)];
        var length = JsonText.Write(text, literal);
        return new JsonString(literal.AsMemory(1, length - 2));
    }

    /// <summary>Makes one from UTF-8 that needs no escapes, such as a literal of ours.</summary>
    public static JsonString Literal(ReadOnlySpan<byte> utf8) => new(utf8.ToArray());

    /// <summary>Makes one from any UTF-8 text: for instance a JSON document that is to travel inside a string.</summary>
    public static JsonString Escape(ReadOnlySpan<byte> utf8)
    {
        if (!JsonEscapes.IsNeeded(utf8)) return new JsonString(utf8.ToArray());
        var output = new ArrayBufferWriter<byte>(utf8.Length + 64);
        JsonEscapes.Escape(utf8, output);
        return new JsonString(output.WrittenMemory);
    }

    /// <summary>The text; a lone surrogate becomes U+FFFD.</summary>
    public string ToText() => Encoding.UTF8.GetString(ToUtf8().Span);

    /// <summary>The text as UTF-8, escapes resolved. The same bytes when there are none, else a copy.</summary>
    public ReadOnlyMemory<byte> ToUtf8() => Raw.Span.Contains((byte)'\\') ? JsonEscapes.Unescape(Raw.Span) : Raw;

    /// <summary>True when the text is exactly this, escapes resolved.</summary>
    public bool Is(ReadOnlySpan<byte> utf8) => _isPresent && JsonText.ContentEquals(Raw.Span, utf8);

    /// <summary>True when the text starts with this (without escapes in it).</summary>
    public bool StartsWith(ReadOnlySpan<byte> utf8) => Raw.Span.StartsWith(utf8);

    /// <inheritdoc/>
    public bool Equals(JsonString other) => _isPresent == other._isPresent && Raw.Span.SequenceEqual(other.Raw.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is JsonString other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Raw.Span);
        return hash.ToHashCode();
    }

    /// <summary>The text, for messages.</summary>
    public override string ToString() => ToText();

    public static bool operator ==(JsonString left, JsonString right) => left.Equals(right);

    public static bool operator !=(JsonString left, JsonString right) => !left.Equals(right);
}
