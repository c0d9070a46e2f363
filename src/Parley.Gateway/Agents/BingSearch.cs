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

    // The address that the service itself called needs a key; the one that people see differs in its beginning only.
    private static AgentSearch? OfUrl(string url, string query)
    {
        if (url.Length > LongestQuery * 3 || !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")) return null;
        var written = address.Query.TrimStart('?').Split('&').FirstOrDefault(static part => part.StartsWith("q=", StringComparison.Ordinal))?[2..];
        if (query.Length == 0 && written is not null) query = Uri.UnescapeDataString(written.Replace('+', ' '));
        return address.Host.StartsWith("api.", StringComparison.OrdinalIgnoreCase) && written is not null ? new AgentSearch(query, Address + written) : new AgentSearch(query, url);
    }
}
