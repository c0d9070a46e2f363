using Parley.Dialects.Conversations;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.Routing;

/// <summary>One model of the catalogue, compiled.</summary>
/// <param name="Id">The model's id.</param>
/// <param name="Config">As it was written; null for what is not in the catalogue (a deployment or a model addressed through its provider).</param>
/// <param name="Pool">What may answer.</param>
internal sealed record CatalogModel(string Id, ModelConfig? Config, TargetPool Pool)
{
    /// <summary>What may answer, by priority; never empty.</summary>
    internal IReadOnlyList<RouteTarget> Targets => Pool.Members;

    /// <summary>What is known of it while the process runs.</summary>
    internal required ModelState State { get; init; }

    /// <summary>What is tried after a failure.</summary>
    internal RetryConfig Retry { get; } = Config?.Retry ?? RetryConfig.Default;

    /// <summary>How long each step may take.</summary>
    internal TimeoutsConfig Timeouts { get; } = Config?.Timeouts ?? TimeoutsConfig.None;

    /// <summary>Whether a second target is called when the first is slow; null means it is not.</summary>
    internal HedgeConfig? Hedge => Config?.Hedge;

    /// <summary>The cookie that keeps a client on its target; null where the model has none.</summary>
    internal AffinityCookie? Cookie { get; } = AffinityCookie.Of(Config);

    /// <summary>The provider that the name was addressed through (<c>azure/x</c>); null when the name itself is the catalogue's. Decides which grant of the key is asked for.</summary>
    internal string? AddressedProvider { get; init; }

    /// <summary>The name with a star that the request's name was found by; null when it was found as it is. A key may be granted either.</summary>
    internal string? Pattern { get; init; }

    /// <summary>The provider that the name is addressed to, for one with a star (<c>azure/*</c>) whose targets are all that provider's; else null.</summary>
    internal string? PatternProvider { get; init; }

    /// <summary>What requests for it are given when they do not say it themselves; null for nothing.</summary>
    internal DefaultSettings? Defaults { get; init; }

    /// <summary>The same with the model's own <c>temperature</c>, for surfaces that send it.</summary>
    internal DefaultSettings? DefaultsWithTemperature { get; init; }

    /// <summary>True when the key's grants reach it: by its id, by the name that was asked, or by the provider that it was addressed through.</summary>
    internal bool IsGrantedTo(Caller caller, string asked)
    {
        if (AddressedProvider is { } provider) return ModelGrants.OfAddressed(caller, provider, asked);
        return Pattern is { } pattern ? ModelGrants.OfPattern(caller, Id, pattern, PatternProvider, asked) : caller.MayUseModel(Id, asked);
    }
}
