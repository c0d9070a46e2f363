using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Gateway.Configuration;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Relay;

/// <summary>What a request writer is told of a target.</summary>
internal static class TranslationTargets
{
    internal static TranslationTarget Of(RouteTarget target, Dialect dialect)
    {
        return new TranslationTarget(dialect, new JsonString(target.ModelJson.AsMemory(1, target.ModelJson.Length - 2)), target.Traits)
        {
            TakesStreamUsage = target.Provider.Config.StreamUsage,
            AddsCacheBreakpoints = target.AddsCacheBreakpoints,
            IsOpenAI = IsOpenAI(target),
            IsAzure = target.Provider.Config.Type == ProviderType.AzureOpenAI,
        };
    }

    /// <summary>True for OpenAI's own API and Azure's, false for compatible servers.</summary>
    internal static bool IsOpenAI(RouteTarget target) => target.Provider.Config.Type is ProviderType.OpenAI or ProviderType.AzureOpenAI or ProviderType.Simulator;
}
