using Parley.Dialects.Json;

namespace Parley.Gateway.Agents;

/// <summary>The link to a search that an agent made. Microsoft's terms of use want it shown beside the sources (wire/azure.md §3.3).</summary>
internal static class BingSearch
{
    private const string Address = "https://www.bing.com/search?q=";
    private const int LongestQuery = 2000;

    /// <summary>The arguments or details of a call of the tool: <c>requesturl</c> when it is told, else <c>query</c>; null when neither is.</summary>
    internal static AgentSearch? Read(JsonValue arguments)
    {
        var query = AgentText.Of(arguments.Member("query"u8));
        return AgentText.Of(arguments.Member("requesturl"u8)) is { Length: > 0 } url ? OfUrl(url, query) : query.Length > 0 ? OfQuery(query) : null;
    }

    internal static AgentSearch? OfQuery(string query) => query.Length is 0 or > LongestQuery ? null : new AgentSearch(query, Address + Uri.EscapeDataString(query));

    // The service's own address needs a key, and its query is the model's call of the tool as it stands, escaped or not:
    // …/v7.0/search?q=search(query: "…"). What people can open has to be made of it, as Microsoft recommends; a link of theirs stays as it is.
    private static AgentSearch? OfUrl(string url, string query)
    {
        if (url.Length > LongestQuery * 3 || !(url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))) return null;
        var at = url.IndexOf("?q=", StringComparison.Ordinal);
        var written = at < 0 ? "" : url[(at + 3)..];
        var isEscaped = !written.AsSpan().ContainsAny(' ', '"');
        if (isEscaped) written = Uri.UnescapeDataString(written.Split('&')[0].Replace('+', ' '));
        if (query.Length == 0) query = InCall(written);
        return url.Contains("//api.", StringComparison.OrdinalIgnoreCase) ? OfQuery(query) : new AgentSearch(query, url);
    }

    // search(query: "…") → …
    private static string InCall(string text)
    {
        if (!text.StartsWith("search(", StringComparison.Ordinal)) return text;
        var first = text.IndexOf('"', StringComparison.Ordinal);
        var last = text.LastIndexOf('"');
        return last > first ? text[(first + 1)..last] : text;
    }
}
