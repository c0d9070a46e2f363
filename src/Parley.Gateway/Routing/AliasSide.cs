namespace Parley.Gateway.Routing;

/// <summary>One side of an alias, compiled.</summary>
/// <param name="Model">Where it leads, with the alias's defaults.</param>
/// <param name="Weight">Its share of the traffic; at least 1.</param>
/// <param name="Seed">Hash of the alias and of what the side is called in the configuration: what is stable about it when the others change.</param>
internal sealed record AliasSide(CatalogModel Model, int Weight, ulong Seed);
