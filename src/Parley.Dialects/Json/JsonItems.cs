using System.Text.Json;

namespace Parley.Dialects.Json;

/// <summary>Enumerates the elements of an array without a document.</summary>
public ref struct JsonItems
{
    private readonly ReadOnlyMemory<byte> _json;
    private Utf8JsonReader _reader;

    internal JsonItems(ReadOnlyMemory<byte> json)
    {
        _json = json;
        if (json.IsEmpty) return;
        _reader = new Utf8JsonReader(json.Span);
        _reader.Read();
    }

    /// <summary>The element that was moved to.</summary>
    public JsonValue Current { get; private set; }

    public readonly JsonItems GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_json.IsEmpty || !_reader.Read() || _reader.TokenType == JsonTokenType.EndArray) return false;
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Current = new JsonValue(_json[start..(int)_reader.BytesConsumed]);
        return true;
    }
}
