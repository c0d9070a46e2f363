using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Parley.Gateway.Access;

/// <summary>
/// Finds the key in a request, wherever the client's SDK puts it (contracts §7, in that order). The first value that is a key of ours
/// decides, even an expired or suspended one; values that are not ours, such as the <c>Bearer unused</c> of SDKs behind Azure
/// Functions, are passed over.
/// </summary>
internal static class PresentedKey
{
    // Each value that might be a key costs one HMAC; nobody has reason to present more than these.
    private const int MaxValues = 16;
    private const string Scheme = "Bearer ";

    private static readonly string[] Headers = ["api-key", "x-api-key", "x-goog-api-key", "Ocp-Apim-Subscription-Key", "x-functions-key"];
    private static readonly string[] QueryNames = ["subscription-key", "code", "key"];

    /// <summary>The caller, or null and the reason.</summary>
    public static Caller? Authenticate(HttpRequest request, KeyAuthenticator authenticator, out KeyRefusal refusal)
    {
        var search = new Search(authenticator);
        if (!Header(request.Headers.Authorization, Scheme, ref search)
            && !OtherHeaders(request.Headers, ref search)
            && request.QueryString.HasValue)
        {
            Query(request.QueryString.Value, ref search);
        }

        refusal = search.Refusal;
        return search.Caller;
    }

    private static bool OtherHeaders(IHeaderDictionary headers, ref Search search)
    {
        foreach (var name in Headers)
        {
            if (headers.TryGetValue(name, out var values) && Header(values, "", ref search)) return true;
        }

        return false;
    }

    private static bool Header(StringValues values, string scheme, ref Search search)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var value = values[i].AsSpan();
            // Only Authorization: of the other headers Kestrel makes a new string for each request.
            if (Value(value, scheme, scheme.Length > 0 ? values[i] : null, ref search)) return true;

            // RFC 9110 §5.3: whoever forwards a request may join the lines of one header with commas. A key may hold a comma itself,
            // so the whole value comes first.
            if (!value.Contains(',')) continue;
            foreach (var part in value.Split(','))
            {
                if (Value(value[part], scheme, null, ref search)) return true;
            }
        }

        return false;
    }

    private static bool Value(ReadOnlySpan<char> value, string scheme, string? whole, ref Search search)
    {
        value = value.Trim(' ');
        return value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && search.Decides(value[scheme.Length..].TrimStart(' '), whole);
    }

    private static void Query(string? query, ref Search search)
    {
        foreach (var name in QueryNames)
        {
            foreach (var pair in new QueryStringEnumerable(query))
            {
                if (pair.DecodeName().Span.Equals(name, StringComparison.OrdinalIgnoreCase) && search.Decides(pair.DecodeValue().Span, null)) return;
            }
        }
    }

    private struct Search(KeyAuthenticator authenticator)
    {
        private int _values;

        public Caller? Caller { get; private set; }

        public KeyRefusal Refusal { get; private set; } = KeyRefusal.Missing;

        public bool Decides(ReadOnlySpan<char> value, string? whole)
        {
            if (value.IsEmpty || ++_values > MaxValues) return false;
            var found = authenticator.TryAuthenticate(value, whole, out var caller, out var refusal);
            Caller = caller;
            Refusal = refusal;
            return found || refusal != KeyRefusal.Unknown;
        }
    }
}
