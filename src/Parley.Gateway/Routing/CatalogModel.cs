using Parley.Gateway.Configuration;

namespace Parley.Gateway.Routing;

/// <summary>One model of the catalogue, compiled: its targets in the order of their priority.</summary>
/// <param name="Id">The model's id.</param>
/// <param name="Config">As it was written; null for what is not in the catalogue (a deployment or a model addressed through its provider).</param>
/// <param name="Targets">What may answer; never empty.</param>
internal sealed record CatalogModel(string Id, ModelConfig? Config, IReadOnlyList<RouteTarget> Targets)
{
    /// <summary>The provider that the name was addressed through (<c>azure/x</c>); null when the name itself is the catalogue's. Decides which grant of the key is asked for.</summary>
    internal string? AddressedProvider { get; init; }
}
