using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Routing;

namespace Parley.Gateway.SimpleApi;

/// <summary>The catalogue as the simple REST API shows it.</summary>
internal static class SimpleModels
{
    /// <summary>
    /// Every model of the catalogue that the key may use, under each name that a client may ask for; sorted. Deployments that the catalogue does not name
    /// answer too, but only <c>/v1/models</c> lists them (contracts §5).
    /// </summary>
    internal static IReadOnlyList<SimpleModel> List(GatewaySnapshot snapshot, Caller caller)
    {
        var found = new SortedDictionary<string, SimpleModel>(StringComparer.Ordinal);
        foreach (var (name, model) in snapshot.Catalog.Names)
        {
            if (caller.MayUseModel(model.Id, name)) found[name] = Describe(snapshot.Config, name, model);
        }

        foreach (var (name, alias) in snapshot.Catalog.Aliases)
        {
            if (alias.FirstFor(caller, name) is { } model) found[name] = Describe(snapshot.Config, name, model);
        }

        return [.. found.Values];
    }

    /// <summary>Whether what a name leads to takes images, as the operator says it or as the models' names do; null when that is unknown, or the name is, or not this key's to use.</summary>
    internal static bool? HasVision(ModelCatalog catalog, Caller caller, string name)
    {
        if (catalog.TryFindCatalogued(name, out var model)) return model.IsGrantedTo(caller, name) ? HasVision(model) : null;
        if (catalog.TryFindAlias(name, out var alias))
        {
            // One side that may take them is enough: which side it will be is not known yet.
            var sides = alias.Sides.Where(side => side.Model.IsGrantedTo(caller, name)).Select(static side => HasVision(side.Model)).ToList();
            return sides.Count == 0 ? null : sides.Aggregate(Either);
        }

        return catalog.FindPattern(name, caller, out _) is { } matched ? HasVision(matched) : null;
    }

    /// <summary>How lists call a provider by the name that it has here.</summary>
    internal static string ProviderShown(ParleyConfig config, string provider) =>
        // The simulator of parley/echo is in no configuration.
        ProviderTypes.DisplayName(config.Providers.TryGetValue(provider, out var configured) ? configured.TypeName : provider);

    private static bool? HasVision(CatalogModel model) =>
        model.Config?.SupportsVision ?? model.Targets.Select(static target => target.Traits.HasVision).Aggregate(Either);

    private static bool? Either(bool? one, bool? other) => one == false ? other : other == false ? one : one ?? other;

    private static SimpleModel Describe(ParleyConfig config, string name, CatalogModel model)
    {
        var (target, first) = (model.Targets[0], model.Config?.Targets[0]);
        return new SimpleModel(
            name,
            first is null || WildcardName.Is(first.Model) ? target.UpstreamModel : first.Model,
            first is null ? ProviderTypes.DisplayName(target.Provider.Config.TypeName) : ProviderShown(config, first),
            model.Config?.Temperature,
            HasVision(model) == true,
            model.Config?.Description ?? "");
    }

    // A provider that nobody has configured has no type; the short form has named it.
    private static string ProviderShown(ParleyConfig config, TargetConfig target) =>
        target.ProviderDisplayName is { } shown && !config.Providers.ContainsKey(target.Provider)
            ? ProviderNames.Known.First(known => known.Equals(shown, StringComparison.OrdinalIgnoreCase))
            : ProviderShown(config, target.Provider);
}
