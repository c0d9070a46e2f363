using Parley.Gateway.Configuration;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Resilience.Probing;

/// <summary>Which probes a configuration asks for.</summary>
internal static class ProbePlan
{
    /// <summary>One slot for each provider and credential (<c>models</c>), or for each target and credential (<c>call</c>).</summary>
    internal static IEnumerable<ProbeSlot> Of(ModelCatalog catalog)
    {
        // The state is what models that share a target share.
        var targets = CatalogTargets.Of(catalog)
            .Where(static target => target is { Missing: null, Provider.Config.Probe: not null } && CanBeProbed(target.Provider.Config))
            .DistinctBy(static target => target.State)
            .GroupBy(static target => target.Provider.Targets);
        foreach (var ofProvider in targets)
        {
            RouteTarget[] all = [.. ofProvider];
            var provider = all[0].Provider;
            var config = provider.Config.Probe!;
            // A provider without a list (Bedrock's runtime host has none) can only be called.
            var isCall = config.Kind == ProbeKind.Call || provider.ModelsList is null;
            for (var credential = 0; credential < provider.CredentialCount; credential++)
            {
                if (!isCall) yield return new ProbeSlot(provider, credential, all, isCall: false, config);
                else
                {
                    foreach (var target in all) yield return new ProbeSlot(target.Provider, credential, [target], isCall: true, config);
                }
            }
        }
    }

    /// <summary>False where only callers have a credential.</summary>
    internal static bool CanBeProbed(ProviderConfig provider) => provider.Auth?.Kind != ProviderAuthKind.CallerBearer;
}
