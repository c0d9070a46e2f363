using System.Text.Json;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.PassThrough.Files;

/// <summary>
/// The ids in an object of files, uploads or batches. Only members of the vendor's own at the object's top are looked at: <c>metadata</c> holds what a
/// caller wrote, who must not be able to claim another's file by it.
/// </summary>
internal static class StoredIds
{
    private const int LongestId = 256;

    /// <summary>What the object is and names; nothing when it is no JSON object.</summary>
    internal static List<(MakerKind Kind, string Id)> Read(ReadOnlySpan<byte> json, MakerKind kind)
    {
        var ids = new List<(MakerKind, string)>();
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return ids;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("id"u8)) Take(ref reader, ids, kind);
                else if (kind == MakerKind.Batch && (reader.ValueTextEquals("output_file_id"u8) || reader.ValueTextEquals("error_file_id"u8))) Take(ref reader, ids, MakerKind.File);
                // An upload that is complete names the file that it has become.
                else if (kind == MakerKind.File && reader.ValueTextEquals("file"u8)) TakeNested(ref reader, ids);
                else reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Not an object of this API: there is nothing to learn from it.
            ids.Clear();
        }

        return ids;
    }

    /// <summary>
    /// The id in a member at the top of a request's object; null when it has none. The body goes up as it is, so whatever a provider could read in
    /// another way than it is read here is an error: of two members of one name Python and Go take the last, and Go takes one in other letters too.
    /// </summary>
    internal static (string? Id, GatewayError? Error) Member(ReadOnlySpan<byte> json, string name)
    {
        string? id = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return (null, Unclear(name, "The body is no JSON object"));
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = reader.GetString()!.Equals(name, StringComparison.OrdinalIgnoreCase);
                reader.Read();
                if (!isIt)
                {
                    reader.Skip();
                    continue;
                }

                if (id is not null) return (null, Unclear(name, $"The body names '{name}' twice"));
                if (reader.TokenType != JsonTokenType.String) return (null, Unclear(name, $"'{name}' is no string"));
                if (reader.ValueSpan.Length is 0 or > LongestId) return (null, Unclear(name, $"'{name}' is empty or longer than {LongestId} bytes"));
                id = reader.GetString();
            }

            // To its end: a second value behind the object is an exception.
            reader.Read();
            return (id, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (null, Unclear(name, "The body is not JSON in UTF-8 without a byte order mark"));
        }
    }

    private static GatewayError Unclear(string name, string what) =>
        new(GatewayErrorKind.BadRequest, $"{what}, so Parley cannot tell whose file '{name}' is. Send one JSON object that has it once.") { Param = name };

    private static void Take(ref Utf8JsonReader reader, List<(MakerKind, string)> ids, MakerKind kind)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length is > 0 and <= LongestId && Text(ref reader) is { } id) ids.Add((kind, id));
        else reader.Skip();
    }

    private static void TakeNested(ref Utf8JsonReader reader, List<(MakerKind, string)> ids)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8)) Take(ref reader, ids, MakerKind.File);
            else reader.Skip();
        }
    }

    // Half of a surrogate pair is no text.
    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
