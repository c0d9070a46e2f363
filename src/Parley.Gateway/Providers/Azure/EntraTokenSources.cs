using System.Collections.Concurrent;
using Azure.Core;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Providers.Azure;

/// <summary>
/// The token sources of all providers and agents, kept over configuration reloads: one whose sign-in did not change keeps its token, so
/// that a reload asks Entra ID for nothing and works while it is away.
/// </summary>
internal sealed class EntraTokenSources(TimeProvider time, ILoggerFactory loggers, Func<ProviderAuthConfig, TokenCredential>? credentials = null)
{
    private ConcurrentDictionary<(string Owner, ProviderAuthConfig Auth), EntraTokenSource> _sources = new();

    /// <summary>The provider's token source; null when it does not sign in with Entra ID.</summary>
    internal EntraTokenSource? For(ProviderConfig provider) =>
        provider.Auth is { } auth && UsesEntra(auth.Kind) ? _sources.GetOrAdd((OwnerOf(provider), auth), Create) : null;

    /// <summary>An agent's token source; its sign-in is always one with Entra ID.</summary>
    internal EntraTokenSource For(AgentConfig agent) => _sources.GetOrAdd((OwnerOf(agent), agent.Auth!), Create);

    /// <summary>Forgets the sources of providers and agents that are not in <paramref name="current"/>.</summary>
    internal void KeepOnly(ParleyConfig current)
    {
        var kept = current.Providers.Values.Where(static provider => provider.Auth is not null).Select(static provider => (OwnerOf(provider), provider.Auth!))
            .Concat(current.Agents.Where(static agent => agent.Auth is not null).Select(static agent => (OwnerOf(agent), agent.Auth!)))
            .ToHashSet();
        _sources = new(_sources.Where(pair => kept.Contains(pair.Key)));
    }

    private static string OwnerOf(ProviderConfig provider) => $"provider '{provider.Name}'";

    private static string OwnerOf(AgentConfig agent) => $"agent '{agent.Name}'";

    private EntraTokenSource Create((string Owner, ProviderAuthConfig Auth) key)
    {
        // Both scopes are accepted on inference; this one also by resources that predate Foundry (wire/azure.md §2.2).
        var scope = key.Auth.Scope ?? "https://cognitiveservices.azure.com/.default";
        return new EntraTokenSource(key.Owner, (credentials ?? EntraCredentials.Create)(key.Auth), scope, time, loggers.CreateLogger<EntraTokenSource>());
    }

    private static bool UsesEntra(ProviderAuthKind kind) => kind is
        ProviderAuthKind.ManagedIdentity or ProviderAuthKind.Entra or ProviderAuthKind.WorkloadIdentity or ProviderAuthKind.Default;
}
