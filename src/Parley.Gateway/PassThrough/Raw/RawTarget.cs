using System.Buffers;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.PassThrough.Raw;

/// <summary>
/// What a raw call asks for, out of the request line as it was sent: path and query keep their escapes. It can name nothing but a path below the
/// provider's base; whatever could lead out of it is refused here, not by a pattern in front (CVE-2025-66405 and its way around by another route).
/// </summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Path">The path below the base: empty, or with a slash in front.</param>
/// <param name="Query">The query without keys and without a question mark.</param>
internal readonly record struct RawTarget(string Provider, string Path, string Query)
{
    private const int MostEscapes = 4;

    // Printable, but no part of an address as it stands (RFC 3986 §2).
    private static readonly SearchValues<char> Escaped = SearchValues.Create("\\\"<>^`{|}#");

    private static readonly SearchValues<char> InNames = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly GatewayError Misshapen = new(
        GatewayErrorKind.BadRequest, "The path of a raw call is /raw/{provider}/… with the provider's own path behind it, in printable ASCII without '.' and '..' segments or backslashes.")
    {
        Code = "invalid_raw_path",
    };

    /// <param name="requestTarget">The target of the request line.</param>
    /// <param name="routed">The provider as routing has read it.</param>
    internal static (RawTarget Target, GatewayError? Error) Read(string requestTarget, string routed)
    {
        // Escaped only what must be: the address is not canonicalised any more.
        if (requestTarget.AsSpan().ContainsAnyExceptInRange('!', '~') || requestTarget.AsSpan().ContainsAny(Escaped)) return (default, Misshapen);
        var question = requestTarget.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? requestTarget : requestTarget[..question];
        if (path.Split('/', 4) is not ["", var raw, var provider, ..] parts || !raw.Equals("raw", StringComparison.OrdinalIgnoreCase)) return (default, Misshapen);
        if (Uri.UnescapeDataString(provider) != routed) return (default, Misshapen);
        var rest = parts.Length == 4 ? "/" + parts[3] : "";
        if (LeadsOut(rest)) return (default, Misshapen);
        return (new RawTarget(routed, rest, PassThroughQuery.Without(question < 0 ? "" : requestTarget[question..], PassThroughQuery.Keys)), null);
    }

    /// <summary>The address; null when it is, against all care, not below the base.</summary>
    internal Uri? AddressBelow(string rawBase)
    {
        var text = PassThroughQuery.Append(rawBase + Path, Query);
        // As it was sent: %2F stays what it is, and no segment is taken out.
        if (!Uri.TryCreate(text, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }, out var address)) return null;
        var root = new Uri(rawBase);
        return address.Authority == root.Authority && address.Scheme == root.Scheme && address.UserInfo.Length == 0 && address.Fragment.Length == 0 ? address : null;
    }

    /// <summary>
    /// True when a path, whatever it is escaped with, leads to files, uploads or batches: the account's, whoever has made them. Read as loosely as any
    /// server may: whatever the case, and with what a server cuts off (<c>files;x</c>, <c>files.json</c>, <c>files%20</c>).
    /// </summary>
    internal static bool NamesStored(string path)
    {
        for (var round = 0; round <= MostEscapes; round++)
        {
            if (path.Split('/', '?').Any(IsStored)) return true;
            path = Uri.UnescapeDataString(path);
        }

        return false;
    }

    private static bool IsStored(string segment)
    {
        var end = segment.AsSpan().IndexOfAnyExcept(InNames);
        var name = end < 0 ? segment : segment.AsSpan(0, end);
        return name.Equals("files", StringComparison.OrdinalIgnoreCase) || name.Equals("uploads", StringComparison.OrdinalIgnoreCase) || name.Equals("batches", StringComparison.OrdinalIgnoreCase);
    }

    // A server behind the provider's own door may undo the escapes once more, or twice; then a segment would be two. What is escaped more often
    // than anybody has reason to is refused.
    private static bool LeadsOut(string path)
    {
        var decoded = path;
        for (var round = 0; round < MostEscapes; round++)
        {
            if (decoded.Contains('\\') || decoded.Split('/').Any(static segment => segment is "." or ".." || segment.StartsWith("..;", StringComparison.Ordinal))) return true;
            var next = Uri.UnescapeDataString(decoded);
            if (next == decoded) return false;
            decoded = next;
        }

        return true;
    }
}
