namespace Parley.Gateway.Routing;

/// <summary>Everything that the configuration itself leads to: the models of the catalogue, and what aliases address through a provider.</summary>
internal static class CatalogTargets
{
    /// <summary>Each model once.</summary>
    internal static IEnumerable<CatalogModel> Models(ModelCatalog catalog) => catalog.Names.Values
        .Concat(catalog.Aliases.Values.SelectMany(static alias => alias.Sides).Select(static side => side.Model))
        .DistinctBy(static model => model.Id);

    /// <summary>Their targets; one that several models share comes several times.</summary>
    internal static IEnumerable<RouteTarget> Of(ModelCatalog catalog) => Models(catalog).SelectMany(static model => model.Targets);
}
