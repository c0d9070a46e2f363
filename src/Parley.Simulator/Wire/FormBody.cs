using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Parley.Simulator;

/// <summary>
/// A <c>multipart/form-data</c> body as the JSON that it stands for, so that operations read both alike: a field is a string, a file an object with its name,
/// type and length, and what comes twice (<c>image[]</c>) a list. Read by the framework's reader, on purpose another one than a gateway's own.
/// </summary>
internal static class FormBody
{
    private const int MostParts = 64;

    public static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when it is no form.</summary>
    public static async Task<JsonDocument?> ParseAsync(HttpRequest request, byte[] bytes)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
            return null;
        var fields = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        try
        {
            using var body = new MemoryStream(bytes);
            var reader = new MultipartReader(boundary.ToString(), body) { BodyLengthLimit = long.MaxValue };
            for (var parts = 0; await reader.ReadNextSectionAsync().ConfigureAwait(false) is { } section; parts++)
            {
                if (parts == MostParts || !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                    return null;
                using var content = new MemoryStream();
                await section.Body.CopyToAsync(content).ConfigureAwait(false);
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString().Replace("[]", "", StringComparison.Ordinal);
                if (!fields.TryGetValue(name, out var values))
                    fields[name] = values = [];
                values.Add(disposition.IsFileDisposition() ? FileJson(disposition, section, content) : JsonSerializer.Serialize(Encoding.UTF8.GetString(content.ToArray()), FormJson.Default.String));
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return null;
        }
        var members = fields.Select(field => $"{JsonSerializer.Serialize(field.Key, FormJson.Default.String)}:{(field.Value.Count == 1 ? field.Value[0] : $"[{string.Join(',', field.Value)}]")}");
        return JsonDocument.Parse($"{{{string.Join(',', members)}}}");
    }

    private static string FileJson(ContentDispositionHeaderValue disposition, MultipartSection section, MemoryStream content)
    {
        var name = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
        return Encoding.UTF8.GetString(Json.Write((name, section.ContentType, content.Length), static (writer, file) =>
        {
            writer.WriteStartObject();
            writer.WriteString("filename", file.name);
            writer.WriteString("content_type", file.ContentType);
            writer.WriteNumber("length", file.Length);
            writer.WriteEndObject();
        }));
    }
}
