namespace Parley.Gateway.Routing;

/// <summary>The targets of one request, in the order in which they are tried. Immutable; never empty.</summary>
/// <param name="Model">The model that was asked for.</param>
/// <param name="Targets">Where it may go.</param>
internal sealed record RoutePlan(CatalogModel Model, IReadOnlyList<RouteTarget> Targets);
