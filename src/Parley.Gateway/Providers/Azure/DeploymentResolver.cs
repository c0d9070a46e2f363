using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Providers.Azure;

/// <summary>
/// Name → deployment (contracts §5), in this order: the configured map exactly, ignoring case, with a trailing version removed
/// on both sides, by the base model where exactly one key fits (logged); else the name itself.
/// </summary>
internal sealed partial class DeploymentResolver(ProviderConfig config, ILogger<DeploymentResolver> logger)
{
    private readonly FrozenDictionary<string, DeploymentConfig> _exact = config.Deployments.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, KeyValuePair<string, DeploymentConfig>> _byDeployment =
        config.Deployments.DistinctBy(pair => pair.Value.Deployment).ToFrozenDictionary(pair => pair.Value.Deployment, StringComparer.Ordinal);

    internal string Resolve(string name) => Find(name) ?? FindBase(name) ?? name;

    /// <summary>
    /// The deployment that a name is configured to mean, by key or as a deployment's own name; null when it is not configured. The base
    /// model is no such meaning: it helps once this provider was chosen, and must neither choose it nor replace a deployment that exists.
    /// </summary>
    internal string? Find(string name) =>
        FindKey(name)?.Deployment
        ?? config.Deployments.Values.FirstOrDefault(d => string.Equals(d.Deployment, name, StringComparison.OrdinalIgnoreCase))?.Deployment;

    /// <summary>The family that the configuration gives a deployment, else the one that its name tells.</summary>
    internal string FamilyOf(string deployment) =>
        (_byDeployment.TryGetValue(deployment, out var configured) ? configured.Value.Family : null)
        ?? (deployment.Contains("claude", StringComparison.OrdinalIgnoreCase) ? "anthropic" : "openai");

    /// <summary>The model behind a deployment: the name that callers use for it, where one is configured, else its own.</summary>
    internal string ModelOf(string deployment) => _byDeployment.TryGetValue(deployment, out var configured) ? configured.Key : deployment;

    private DeploymentConfig? FindKey(string name)
    {
        if (_exact.Count == 0) return null;
        if (_exact.TryGetValue(name, out var exact)) return exact;
        if (Only(key => string.Equals(key, name, StringComparison.OrdinalIgnoreCase)) is { } anyCase) return _exact[anyCase];

        var plain = WithoutVersion(name);
        return Only(key => string.Equals(WithoutVersion(key), plain, StringComparison.OrdinalIgnoreCase)) is { } sameModel ? _exact[sameModel] : null;
    }

    private string? FindBase(string name)
    {
        var plain = WithoutVersion(name);
        if (Only(key => IsBaseOf(WithoutVersion(key), plain)) is not { } related) return null;
        LogByBaseModel(logger, config.Name, name, related);
        return _exact[related].Deployment;
    }

    // "Where exactly one key fits": two keys that fit equally well are no answer.
    private string? Only(Func<string, bool> fits)
    {
        string? found = null;
        foreach (var key in _exact.Keys)
        {
            if (!fits(key)) continue;
            if (found is not null) return null;
            found = key;
        }

        return found;
    }

    private static bool IsBaseOf(string shorter, string longer) =>
        longer.Length > shorter.Length && longer.StartsWith(shorter, StringComparison.OrdinalIgnoreCase) && longer[shorter.Length] == '-';

    internal static string WithoutVersion(string name)
    {
        while (TrailingVersion().Match(name) is { Success: true, Index: > 0 } version) name = name[..version.Index];
        return name;
    }

    // -2024-08-06, -20240806, -0613, -v2, -preview, -latest, @date
    [GeneratedRegex(@"(-\d{4}-\d{2}-\d{2}|-\d{8}|-\d{4}|-v\d+|-preview|-latest|@[\w.-]+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex TrailingVersion();

    [LoggerMessage(Level = LogLevel.Information, Message = "Provider {Provider}: '{Name}' is not in deployments, '{Key}' is the only one of the same base model and answers for it")]
    private static partial void LogByBaseModel(ILogger logger, string provider, string name, string key);
}
