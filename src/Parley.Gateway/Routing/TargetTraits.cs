using Parley.Dialects.Models;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers;

namespace Parley.Gateway.Routing;

/// <summary>What the model behind a target takes and refuses, by whichever of its names says what it is.</summary>
internal static class TargetTraits
{
    /// <summary>
    /// The traits by the upstream name; on Azure, where a deployment may be called anything, by the configured names that mean it
    /// first, then by its own, then by the name that was asked, last by its family.
    /// </summary>
    internal static ModelTraits Of(Provider provider, string model, string upstreamModel)
    {
        if (provider.Config.Type != ProviderType.AzureOpenAI) return ModelTraitsTable.Of(upstreamModel);
        var isAnthropic = false;
        foreach (var (name, deployment) in provider.Config.Deployments)
        {
            if (!string.Equals(deployment.Deployment, upstreamModel, StringComparison.OrdinalIgnoreCase)) continue;
            if (Known(name) is { } configured) return configured;
            isAnthropic |= deployment.Family == "anthropic";
        }

        return Known(upstreamModel) ?? Known(model) ?? (isAnthropic ? ModelTraitsTable.Of("claude") : ModelTraits.Unknown);
    }

    private static ModelTraits? Known(string name) => ModelTraitsTable.Of(name) is { Family: not ModelFamily.Unknown } traits ? traits : null;
}
