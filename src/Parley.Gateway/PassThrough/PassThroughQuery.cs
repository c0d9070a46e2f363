using System.Text;

namespace Parley.Gateway.PassThrough;

/// <summary>A caller's query without what is not for the provider. What is left keeps its order and its escapes.</summary>
internal static class PassThroughQuery
{
    /// <summary>Where callers may put their key (contracts §7): it never travels up.</summary>
    internal static readonly string[] Keys = ["subscription-key", "code", "key"];

    /// <summary>What <see cref="Keys"/> holds, what Parley reads itself, and Azure's version, which is the provider's own.</summary>
    internal static readonly string[] KeysAndOurs = [.. Keys, "provider", "api-version"];

    /// <param name="query">The query as it came, with its question mark or empty.</param>
    /// <param name="removed">Names that are left out, whatever their case and however they are escaped.</param>
    /// <returns>What is left, without a question mark.</returns>
    internal static string Without(string? query, IReadOnlyCollection<string> removed)
    {
        if (query is not { Length: > 1 }) return "";
        var kept = new StringBuilder(query.Length);
        foreach (var pair in query[1..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (removed.Contains(NameOf(pair), StringComparer.OrdinalIgnoreCase)) continue;
            if (kept.Length > 0) kept.Append('&');
            kept.Append(pair);
        }

        return kept.ToString();
    }

    /// <summary>An address with a query behind whatever query it has.</summary>
    internal static string Append(string address, string query) =>
        query.Length == 0 ? address : $"{address}{(address.Contains('?') ? '&' : '?')}{query}";

    // As this gateway's own reading of a query decodes it: what is a key here must be one there.
    private static string NameOf(string pair)
    {
        var equals = pair.IndexOf('=');
        return Uri.UnescapeDataString((equals < 0 ? pair : pair[..equals]).Replace('+', ' '));
    }
}
