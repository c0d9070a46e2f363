using System.Globalization;
using System.Text;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Ids for the calls of answers that have none, as Gemini's before 3: always the same for the same answer.</summary>
internal static class GeminiCallIds
{
    internal static JsonString Make(JsonString responseId, int part)
    {
        var suffix = Encoding.ASCII.GetBytes(part.ToString(CultureInfo.InvariantCulture));
        return new JsonString((byte[])[.. "call_"u8, .. responseId.IsEmpty ? "g"u8 : responseId.Span, (byte)'_', .. suffix]);
    }

    /// <summary>True for an id that was made here, which Google's own dialect does not need back.</summary>
    internal static bool IsMade(JsonString id, JsonString responseId, int part) => id.IsPresent && id == Make(responseId, part);
}
