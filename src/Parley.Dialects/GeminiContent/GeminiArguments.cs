using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>The arguments of a call, which are an object in Google's dialect.</summary>
internal static class GeminiArguments
{
    /// <summary>Writes the object as it is; nothing as <c>{}</c>, anything else as <c>{"_raw": "…"}</c>. False for the last.</summary>
    internal static bool Write(ReadOnlyMemory<byte> arguments, JsonOutput json)
    {
        if (arguments.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            json.BeginObject().EndObject();
            return true;
        }

        if (JsonValue.TryParse(arguments, out var value) && value.IsObject)
        {
            json.Value(value);
            return true;
        }

        json.BeginObject().Member("_raw"u8, JsonString.Escape(arguments.Span)).EndObject();
        return false;
    }
}
