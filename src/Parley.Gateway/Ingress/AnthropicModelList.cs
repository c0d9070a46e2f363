using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Ingress;

/// <summary>The catalogue in Anthropic's shape, in its pages (https://docs.claude.com/en/api/models-list).</summary>
internal static class AnthropicModelList
{
    private const int DefaultLimit = 20;
    private const int MostLimit = 1000;

    /// <summary>A page: <paramref name="Length"/> entries from <paramref name="Start"/> on.</summary>
    internal readonly record struct Page(int Start, int Length, bool HasMore);

    /// <summary>The page that the query asks for (<c>limit</c>, <c>after_id</c>, <c>before_id</c>), or what is wrong with it.</summary>
    internal static (Page Page, GatewayError? Error) Choose(IQueryCollection query, IReadOnlyList<ListedModel> models)
    {
        var limit = DefaultLimit;
        if (query.TryGetValue("limit", out var written) && (!int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MostLimit))
            return (default, Bad("limit", $"limit: must be a number from 1 to {MostLimit}."));
        var (after, before) = ((string?)query["after_id"], (string?)query["before_id"]);
        if (after is not null && before is not null) return (default, Bad("before_id", "before_id: cannot be given together with after_id."));
        if (before is not null)
        {
            var end = IndexOf(models, before);
            if (end < 0) return (default, Bad("before_id", "before_id: there is no such model."));
            var first = Math.Max(0, end - limit);
            return (new Page(first, end - first, first > 0), null);
        }

        var start = after is null ? 0 : IndexOf(models, after) + 1;
        if (after is not null && start == 0) return (default, Bad("after_id", "after_id: there is no such model."));
        var length = Math.Min(limit, models.Count - start);
        return (new Page(start, length, start + length < models.Count), null);
    }

    internal static void Write(Utf8JsonWriter writer, IReadOnlyList<ListedModel> models, Page page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("data");
        for (var i = 0; i < page.Length; i++) Write(writer, models[page.Start + i]);
        writer.WriteEndArray();
        writer.WriteBoolean("has_more", page.HasMore);
        writer.WriteString("first_id", page.Length > 0 ? models[page.Start].Id : null);
        writer.WriteString("last_id", page.Length > 0 ? models[page.Start + page.Length - 1].Id : null);
        writer.WriteEndObject();
    }

    internal static void Write(Utf8JsonWriter writer, ListedModel model)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "model");
        writer.WriteString("id", model.Id);
        writer.WriteString("display_name", model.Id);
        writer.WriteString("created_at", model.FirstSeen.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }

    private static int IndexOf(IReadOnlyList<ListedModel> models, string id)
    {
        for (var i = 0; i < models.Count; i++)
        {
            if (models[i].Id == id) return i;
        }

        return -1;
    }

    private static GatewayError Bad(string param, string message) => new(GatewayErrorKind.BadRequest, message) { Param = param };
}
