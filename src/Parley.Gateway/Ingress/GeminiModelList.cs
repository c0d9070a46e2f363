using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Ingress;

/// <summary>The catalogue in Gemini's shape, in its pages (https://ai.google.dev/api/models).</summary>
internal static class GeminiModelList
{
    private const int DefaultSize = 50;
    private const int MostSize = 1000;

    /// <summary>A page: <paramref name="Length"/> entries from <paramref name="Start"/> on.</summary>
    internal readonly record struct Page(int Start, int Length);

    /// <summary>The page that the query asks for (<c>pageSize</c>, <c>pageToken</c>), or what is wrong with it. The token is the last id of the page before.</summary>
    internal static (Page Page, GatewayError? Error) Choose(IQueryCollection query, IReadOnlyList<ListedModel> models)
    {
        var size = DefaultSize;
        if (query.TryGetValue("pageSize", out var written) && written != "" && (!int.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out size) || size < 0))
            return (default, Bad("pageSize", "pageSize must be a number that is not negative."));
        // "If unspecified, 50 models are returned per page. At most 1000, even if you pass a larger page size." Zero is unspecified in proto3.
        size = size == 0 ? DefaultSize : Math.Min(size, MostSize);
        var start = 0;
        if ((string?)query["pageToken"] is { Length: > 0 } token)
        {
            if (Read(token) is not { } last) return (default, Bad("pageToken", "pageToken is not one that this API has given."));
            // By order, not by place: the list may have changed between two pages.
            while (start < models.Count && string.CompareOrdinal(models[start].Id, last) <= 0) start++;
        }

        return (new Page(start, Math.Min(size, models.Count - start)), null);
    }

    internal static void Write(Utf8JsonWriter writer, IReadOnlyList<ListedModel> models, Page page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("models");
        for (var i = 0; i < page.Length; i++) Write(writer, models[page.Start + i]);
        writer.WriteEndArray();
        if (page.Length > 0 && page.Start + page.Length < models.Count)
            writer.WriteString("nextPageToken", Base64Url.EncodeToString(Encoding.UTF8.GetBytes(models[page.Start + page.Length - 1].Id)));
        writer.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter writer, ListedModel model)
    {
        writer.WriteStartObject();
        writer.WriteString("name", "models/" + model.Id);
        writer.WriteString("displayName", model.Id);
        writer.WriteStartArray("supportedGenerationMethods");
        // Of Google's methods those that Parley serves here; embeddings are not among them.
        if (model.Capabilities is null or { ChatCompletion: true })
        {
            writer.WriteStringValue("generateContent");
            writer.WriteStringValue("countTokens");
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string? Read(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static GatewayError Bad(string param, string message) => new(GatewayErrorKind.BadRequest, message) { Param = param };
}
