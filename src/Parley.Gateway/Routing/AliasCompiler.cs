using Parley.Dialects.Conversations;
using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Routing;

/// <summary>Compiles <c>aliases</c> against the models of the same catalogue.</summary>
internal sealed class AliasCompiler(ModelCatalog catalog, ModelStates states)
{
    /// <exception cref="InvalidOperationException">A side leads nowhere.</exception>
    internal CatalogAlias Compile(AliasConfig alias)
    {
        var name = StableHash.Of(alias.Name);
        // The same model twice is one side: two with one hash would draw alike.
        var sides = alias.Shares.GroupBy(static share => share.Model, StringComparer.Ordinal)
            .Select(same => new AliasSide(Lead(alias, same.Key), same.Sum(static share => share.Weight), StableHash.Of(name, StableHash.Of(same.Key))));
        return new CatalogAlias(alias.Name, [.. sides], alias.Stable, alias.StableHeader);
    }

    /// <summary>The settings ready for use; null when none is set.</summary>
    internal static DefaultSettings? Settings(RequestDefaults written) =>
        IsNothing(written) ? null : new DefaultSettings(written.Temperature, written.MaxTokens, written.System);

    /// <summary>A model's settings with its <c>temperature</c> before that of its <c>defaults</c>.</summary>
    internal static RequestDefaults OwnOf(ModelConfig? model) =>
        model is null ? new RequestDefaults() : new RequestDefaults { Temperature = model.Temperature }.Over(model.Defaults);

    private static bool IsNothing(RequestDefaults written) => written is { Temperature: null, MaxTokens: null, System: null };

    private CatalogModel Lead(AliasConfig alias, string name)
    {
        var model = Find(name) ?? throw new InvalidOperationException(
            $"{alias.Origin}: the alias \"{alias.Name}\" leads to \"{name}\", which is no model and no provider/model. Name a modelId, or provider/model.");
        RouteTarget[] targets = [.. model.Targets.Select(static target => target.Catalogued())];
        return model with
        {
            // What a caller could only have addressed is now the operator's choice too. The pool of a model of the catalogue stays the same one, with its turns.
            Pool = targets.Zip(model.Targets).All(static pair => pair.First.State == pair.Second.State) ? model.Pool : model.Pool.With(targets),
            // The operator chose it: the key needs no grant of the provider as a whole.
            AddressedProvider = null,
            PatternProvider = null,
            // What no entry of the catalogue stands for has the alias's word for it, and so a state of its own.
            State = model.Config is null ? states.Of(model.Id, isCatalogued: true) : model.State,
            DefaultsWithTemperature = IsNothing(alias.Defaults) ? model.DefaultsWithTemperature : Settings(alias.Defaults.Over(OwnOf(model.Config))),
            Defaults = IsNothing(alias.Defaults) ? model.Defaults : Settings(alias.Defaults.Over(model.Config?.Defaults ?? new RequestDefaults())),
        };
    }

    private CatalogModel? Find(string name) =>
        WildcardName.Is(name) ? null
        : catalog.TryFindCatalogued(name, out var model) ? model
        : catalog.FindPattern(name, null, out _) ?? catalog.FindAddressed(name, null, out _);
}
