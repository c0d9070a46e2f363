using System.Collections.Concurrent;
using Azure.Core;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Providers.Azure;

/// <summary>
/// The token sources of all providers, kept over configuration reloads: a provider whose sign-in did not change keeps its token, so
/// that a reload asks Entra ID for nothing and works while it is away.
/// </summary>
internal sealed class EntraTokenSources(TimeProvider time, ILoggerFactory loggers, Func<ProviderAuthConfig, TokenCredential>? credentials = null)
{
    private ConcurrentDictionary<(string Provider, ProviderAuthConfig Auth), EntraTokenSource> _sources = new();

    /// <summary>The provider's token source; null when it does not sign in with Entra ID.</summary>
    internal EntraTokenSource? For(ProviderConfig provider) =>
        provider.Auth is { } auth && UsesEntra(auth.Kind) ? _sources.GetOrAdd((provider.Name, auth), Create) : null;

    /// <summary>Forgets the sources of providers that are not in <paramref name="current"/>.</summary>
    internal void KeepOnly(IEnumerable<ProviderConfig> current)
    {
        var kept = current.Where(provider => provider.Auth is not null).Select(provider => (provider.Name, provider.Auth!)).ToHashSet();
        _sources = new(_sources.Where(pair => kept.Contains(pair.Key)));
    }

    private EntraTokenSource Create((string Provider, ProviderAuthConfig Auth) key)
    {
        // Both scopes are accepted on inference; this one also by resources that predate Foundry (wire/azure.md §2.2).
        var scope = key.Auth.Scope ?? "https://cognitiveservices.azure.com/.default";
        return new EntraTokenSource(key.Provider, (credentials ?? EntraCredentials.Create)(key.Auth), scope, time, loggers.CreateLogger<EntraTokenSource>());
    }

    private static bool UsesEntra(ProviderAuthKind kind) => kind is
        ProviderAuthKind.ManagedIdentity or ProviderAuthKind.Entra or ProviderAuthKind.WorkloadIdentity or ProviderAuthKind.Default;
}
