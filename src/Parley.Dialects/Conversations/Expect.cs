using System.Text.Json;
using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>Checks of a request's values; what does not fit is the caller's fault and names the field.</summary>
internal static class Expect
{
    internal static JsonValue Object(JsonValue value, string path) => value.IsObject ? value : throw Wrong(value, path, "an object");

    internal static JsonValue Array(JsonValue value, string path) => value.IsArray ? value : throw Wrong(value, path, "an array");

    internal static JsonString String(JsonValue value, string path) => value.IsString ? value.AsString() : throw Wrong(value, path, "a string");

    internal static JsonValue Number(JsonValue value, string path) => value.Kind == JsonValueKind.Number ? value : throw Wrong(value, path, "a number");

    internal static JsonValue Integer(JsonValue value, string path) => value.AsInt64() is not null ? value : throw Wrong(value, path, "a whole number");

    internal static JsonValue Boolean(JsonValue value, string path) => value.IsTrue || value.IsFalse ? value : throw Wrong(value, path, "true or false");

    /// <summary>What to throw for a value of the wrong kind, or a missing one.</summary>
    internal static DialectException Wrong(JsonValue value, string path, string expected) => value.IsPresent
        ? new DialectException(path, $"'{path}' must be {expected}, not {Name(value.Kind)}.")
        : new DialectException(path, $"'{path}' is missing: {expected} is required.");

    /// <summary>What to throw for a word that the dialect does not know.</summary>
    internal static DialectException Unknown(JsonString value, string path, string expected) =>
        new(path, $"'{path}' is '{Shorten(value.ToText())}', which is none of: {expected}.");

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
