namespace Parley.Dialects.Json;

/// <summary>One member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public readonly record struct JsonField(JsonString Name, JsonValue Value)
{
    /// <summary>True when the name is this, also when it is written with escapes.</summary>
    public bool Is(ReadOnlySpan<byte> name) => Name.Is(name);
}
