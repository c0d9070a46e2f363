using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Parley.Gateway.Configuration;

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

    /// <summary>Forgets the providers that are not in <paramref name="current"/>; requests of an older snapshot keep what they hold.</summary>
    internal void KeepOnly(IEnumerable<ProviderConfig> current)
    {
        var kept = current.Select(KeyOf).ToHashSet();
        _providers = new(_providers.Where(pair => kept.Contains(pair.Key)));
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
        var text = string.Join('\n', provider.ApiKeys.Select(static key => key.Reveal())) + $"\n{provider.AccessKeyId}\n{provider.SecretAccessKey?.Reveal()}";
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
