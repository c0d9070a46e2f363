using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Access;

namespace Parley.Gateway.Providers.Azure;

/// <summary>The bearer token that a caller brought for the provider, beside its Parley key in another header.</summary>
internal static class CallerBearer
{
    private const string Scheme = "Bearer ";

    // b64token of RFC 6750 §2.1
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    /// <summary>The header's value to send on, or null. A key of ours never is: not a valid one, nor an expired or suspended one.</summary>
    internal static string? Find(HttpContext context)
    {
        // One header with one token (RFC 6750 §2.1): of several, joined by commas, one could be a key of ours.
        if (context.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var token = header.AsSpan(Scheme.Length).Trim();
        if (token.IsEmpty || token.ContainsAnyExcept(TokenCharacters)) return null;
        var authenticator = context.RequestServices.GetRequiredService<KeyAuthenticator>();
        var isOurs = authenticator.TryAuthenticate(token, out _, out var refusal) || refusal != KeyRefusal.Unknown;
        return isOurs ? null : string.Concat(Scheme, token);
    }
}
