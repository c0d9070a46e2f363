namespace Parley.Gateway.Configuration.Reading;

/// <summary>Checks the addresses that an operator writes. Loopback and private ones are fine: what the operator writes is trusted.</summary>
internal static class Addresses
{
    /// <summary>An absolute http or https URL without query, fragment and credentials; null when an error was reported or it is not written.</summary>
    public static Uri? Url(SectionReader section, string name) =>
        section.String(name) is { } text ? Url(section.Context, section.Get(name)!, text) : null;

    public static Uri? Url(ReadingContext context, ConfigurationNode node, string text)
    {
        var problem = Problem(text, out var url);
        if (problem is null)
            return url;
        context.Error(node, problem);
        return null;
    }

    /// <summary>Parses <paramref name="text"/>; returns what is wrong with it, or null.</summary>
    public static string? Problem(string text, out Uri? url)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            return "must be an absolute URL that starts with https:// or http://.";
        if (url.UserInfo.Length > 0)
            return "must not hold a user name or password. Use apiKey or auth.";
        if (url.Query.Length > 0 || url.Fragment.Length > 0)
            return "must not hold a query or fragment. Cut it from the ? or # on.";
        return null;
    }

    /// <summary>The same URL with <paramref name="path"/> (without a trailing slash) in place of its own.</summary>
    public static Uri WithPath(Uri url, string path) => new(url.GetLeftPart(UriPartial.Authority) + path.TrimEnd('/'));

    /// <summary>
    /// An Azure resource's endpoint: what users paste behind the host (<c>/openai/deployments/…</c>, <c>/anthropic/…</c>, a Foundry
    /// project's <c>/api/projects/…</c>) is cut, because the URLs are formed from the resource; a proxy's own prefix stays.
    /// </summary>
    /// <returns>The endpoint and whether something was cut.</returns>
    public static (Uri Endpoint, bool Cut) AzureEndpoint(Uri url)
    {
        var segments = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var keep = Array.FindIndex(segments, static s => Is(s, "openai") || Is(s, "anthropic"));
        if (keep < 0 && segments.Length >= 2 && Is(segments[0], "api") && Is(segments[1], "projects"))
            keep = 0;
        var cut = keep >= 0;
        return (WithPath(url, string.Concat(segments.Take(cut ? keep : segments.Length).Select(static s => "/" + s))), cut);
    }

    private static bool Is(string segment, string name) => segment.Equals(name, StringComparison.OrdinalIgnoreCase);
}
