using System.Text.Json;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>A tool call's arguments: <c>input</c> must be an object.</summary>
internal static class ConverseArguments
{
    /// <summary>Writes them; false when the text was no JSON object and went into one as <c>_raw</c>.</summary>
    internal static bool Write(JsonOutput json, ReadOnlyMemory<byte> arguments)
    {
        if (arguments.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            json.BeginObject().EndObject();
            return true;
        }

        if (JsonValue.TryParse(arguments, out var value) && value.Kind == JsonValueKind.Object)
        {
            json.Value(value);
            return true;
        }

        json.BeginObject().Member("_raw"u8, JsonString.Escape(arguments.Span)).EndObject();
        return false;
    }
}
