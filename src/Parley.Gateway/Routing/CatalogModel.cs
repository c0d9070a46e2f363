using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;

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
    internal RetryConfig Retry { get; } = Config?.Retry ?? new RetryConfig();

    /// <summary>How long each step may take.</summary>
    internal TimeoutsConfig Timeouts { get; } = Config?.Timeouts ?? new TimeoutsConfig();

    /// <summary>Whether a second target is called when the first is slow; null means it is not.</summary>
    internal HedgeConfig? Hedge => Config?.Hedge;

    /// <summary>The provider that the name was addressed through (<c>azure/x</c>); null when the name itself is the catalogue's. Decides which grant of the key is asked for.</summary>
    internal string? AddressedProvider { get; init; }
}
