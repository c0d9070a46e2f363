using System.Text.Json;

namespace Parley.Dialects.Json;

/// <summary>Enumerates the members of an object without a document.</summary>
public ref struct JsonMembers
{
    private readonly ReadOnlyMemory<byte> _json;
    private Utf8JsonReader _reader;

    internal JsonMembers(ReadOnlyMemory<byte> json)
    {
        _json = json;
        if (json.IsEmpty) return;
        _reader = new Utf8JsonReader(json.Span);
        _reader.Read();
    }

    /// <summary>The member that was moved to.</summary>
    public JsonField Current { get; private set; }

    public readonly JsonMembers GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_json.IsEmpty || !_reader.Read() || _reader.TokenType != JsonTokenType.PropertyName) return false;
        var name = new JsonString(_json.Slice((int)_reader.TokenStartIndex + 1, _reader.ValueSpan.Length));
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Current = new JsonField(name, new JsonValue(_json[start..(int)_reader.BytesConsumed]));
        return true;
    }
}
