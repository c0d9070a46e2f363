using System.Text.Json;
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

    /// <summary>The string value of a member at the top of an object; null when there is none, or the text is no JSON.</summary>
    internal static string? Member(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = reader.ValueTextEquals(name);
                reader.Read();
                if (isIt) return reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestId ? reader.GetString() : null;
                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The provider will say what is wrong with it.
        }

        return null;
    }

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
