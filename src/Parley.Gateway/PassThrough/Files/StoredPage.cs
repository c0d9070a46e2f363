using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parley.Gateway.PassThrough.Files;

/// <summary>One page of a provider's list, of which the caller's own entries are written anew, each entry byte by byte.</summary>
internal sealed class StoredPage : IDisposable
{
    private readonly JsonDocument _document;
    private readonly JsonElement _data;

    private StoredPage(JsonDocument document, JsonElement data)
    {
        _document = document;
        _data = data;
        Ids = [.. data.EnumerateArray().Select(IdOf).OfType<string>()];
    }

    /// <summary>The ids on the page, in their order.</summary>
    internal IReadOnlyList<string> Ids { get; }

    /// <summary>True when the provider says that another page follows.</summary>
    internal bool HasMore => _document.RootElement.TryGetProperty("has_more"u8, out var more) && more.ValueKind == JsonValueKind.True;

    /// <summary>Null when the answer is no list.</summary>
    internal static StoredPage? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("data"u8, out var data) && data.ValueKind == JsonValueKind.Array)
                return new StoredPage(document, data);
            document.Dispose();
        }
        catch (JsonException)
        {
            // No list, then.
        }

        return null;
    }

    /// <summary>Writes the page with the entries of <paramref name="own"/>. What counts or names entries is that of these.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="own">Those that are written.</param>
    /// <param name="hasMore">What is said in <c>has_more</c>, where the provider says it.</param>
    internal void Write(Utf8JsonWriter writer, IReadOnlySet<string> own, bool hasMore)
    {
        var kept = Ids.Where(own.Contains).ToList();
        writer.WriteStartObject();
        foreach (var member in _document.RootElement.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            switch (member.Name)
            {
                case "data":
                    writer.WriteStartArray();
                    foreach (var entry in _data.EnumerateArray().Where(entry => IdOf(entry) is { } id && own.Contains(id))) writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(entry));
                    writer.WriteEndArray();
                    break;
                case "first_id":
                    writer.WriteStringValue(kept.Count > 0 ? kept[0] : null);
                    break;
                case "last_id":
                    writer.WriteStringValue(kept.Count > 0 ? kept[^1] : null);
                    break;
                case "has_more":
                    writer.WriteBooleanValue(hasMore);
                    break;
                case "total":
                    writer.WriteNumberValue(kept.Count);
                    break;
                default:
                    member.Value.WriteTo(writer);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    public void Dispose() => _document.Dispose();

    private static string? IdOf(JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("id"u8, out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
}
