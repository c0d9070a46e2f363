using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Parley.Gateway.Configuration;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Resilience;

/// <summary>
/// The live states of all targets, kept over configuration reloads. A provider whose address, credentials or breaker changed begins
/// anew: what was known of the old one says nothing about it.
/// </summary>
internal sealed class TargetStates(TimeProvider time)
{
    private ConcurrentDictionary<Key, ProviderTargets> _providers = new();

    private sealed record Key(string Provider, Uri? Address, string Credentials, string Breaker);

    /// <summary>The states of this provider's targets.</summary>
    internal ProviderTargets For(ProviderConfig provider) =>
        _providers.GetOrAdd(KeyOf(provider), (key, config) => new ProviderTargets(key.Provider, config.Breaker, config.ApiKeys.Count, time), provider);

    /// <summary>Forgets what <paramref name="catalog"/> does not lead to; requests of an older snapshot keep what they hold.</summary>
    /// <returns>What was forgotten.</returns>
    internal IReadOnlyList<TargetState> KeepOnly(ModelCatalog catalog)
    {
        RouteTarget[] targets = [.. CatalogTargets.Of(catalog)];
        // Those that no configuration names, too: what stands for a missing provider, and the simulator.
        var providers = catalog.Providers.Concat(targets.Select(static target => target.Provider)).Select(static provider => provider.Targets).ToHashSet();
        var states = targets.Select(static target => target.State).Concat(catalog.NamedBehindStars).ToHashSet();
        var former = _providers;
        _providers = new(former.Where(pair => providers.Contains(pair.Value)));
        TargetState[] forgotten = [.. former.Values.SelectMany(provider => providers.Contains(provider) ? provider.KeepOnly(states) : provider.All)];
        foreach (var state in forgotten) state.IsForgotten = true;
        return forgotten;
    }

    /// <summary>The clock of all of them.</summary>
    internal TimeProvider Time => time;

    /// <summary>Every target that was looked up so far.</summary>
    internal IEnumerable<TargetState> All => _providers.Values.SelectMany(static provider => provider.All);

    private static Key KeyOf(ProviderConfig provider) => new(
        provider.Name,
        provider.BaseUrl ?? provider.Endpoint,
        Fingerprint(provider),
        $"{provider.Breaker} {string.Join(',', provider.Breaker.Statuses)}");

    // Kept in memory only; a digest, so that no state holds a credential.
    private static string Fingerprint(ProviderConfig provider)
    {
        var auth = provider.Auth;
        string?[] identity =
        [
            .. provider.ApiKeys.Select(static key => key.Reveal()), "",
            provider.AccessKeyId, provider.SecretAccessKey?.Reveal(), provider.SessionToken?.Reveal(),
            auth?.Kind.ToString(), auth?.HeaderName, auth?.Value?.Reveal(), auth?.TenantId, auth?.ClientId, auth?.ClientSecret?.Reveal(), auth?.Scope,
        ];
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', identity))));
    }
}
