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
        var type = target.Provider.Config.Type;
        return new TranslationTarget(dialect, new JsonString(target.ModelJson.AsMemory(1, target.ModelJson.Length - 2)), target.Traits)
        {
            TakesStreamUsage = target.Provider.Config.StreamUsage,
            AddsCacheBreakpoints = target.AddsCacheBreakpoints,
            IsOpenAI = type is ProviderType.OpenAI or ProviderType.AzureOpenAI or ProviderType.Simulator,
            IsAzure = type == ProviderType.AzureOpenAI,
        };
    }
}
