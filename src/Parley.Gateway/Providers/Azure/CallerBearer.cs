using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Access;

namespace Parley.Gateway.Providers.Azure;

/// <summary>The bearer token that a caller brought for the provider, beside its Parley key in another header.</summary>
internal static class CallerBearer
{
    private const string Scheme = "Bearer ";

    /// <summary>The header's value to send on, or null. A key of ours never is: not a valid one, nor an expired or suspended one.</summary>
    internal static string? Find(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var authenticator = context.RequestServices.GetRequiredService<KeyAuthenticator>();
        var isOurs = authenticator.TryAuthenticate(header.AsSpan(Scheme.Length).Trim(), out _, out var refusal) || refusal != KeyRefusal.Unknown;
        return isOurs ? null : header;
    }
}
