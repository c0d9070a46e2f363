using Parley.Gateway.Access;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Ingress;

/// <summary>
/// OpenAI's own model for the operations where its API lets <c>model</c> be absent (https://platform.openai.com/docs/api-reference/images, …/moderations). The
/// name is looked up as if the caller had sent it.
/// </summary>
internal static class DefaultModel
{
    /// <summary>Takes the default for a request that names no model; false where there is none.</summary>
    internal static bool TryUse(GatewayExchange exchange)
    {
        if (Of(exchange.Surface.Path) is not { } name) return false;
        exchange.ModelAsked = name;
        exchange.IsModelDefault = true;
        return true;
    }

    /// <summary>
    /// True where the body goes on without a model: OpenAI's default for images depends on their parameters, and changes with time. A key or a provider that is
    /// for some models alone gets the name that was granted, written down.
    /// </summary>
    internal static bool StaysUnnamed(GatewayExchange exchange, RouteTarget target) =>
        exchange.IsModelDefault
        && string.Equals(target.UpstreamModel, exchange.ModelAsked, StringComparison.Ordinal)
        && exchange.Caller is ({ Role: KeyRole.Admin } or { Models: null })
        && target.Provider.Config.AllowedModels is null;

    private static string? Of(OpaquePath path) => path switch
    {
        OpaquePath.Moderations => "omni-moderation-latest",
        // "Defaults to dall-e-2 unless a parameter specific to the GPT image models is used"; variations take no other one.
        OpaquePath.ImageGenerations or OpaquePath.ImageVariations => "dall-e-2",
        OpaquePath.ImageEdits => "gpt-image-1.5",
        _ => null,
    };
}
