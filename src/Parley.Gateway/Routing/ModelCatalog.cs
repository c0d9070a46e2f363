using System.Collections.Frozen;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Azure;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Routing;

/// <summary>
/// Name → model (contracts §7): id or alias, <c>provider/upstream-model</c>, a key of a provider's <c>deployments</c>, and when
/// variables gave exactly one provider, that one with the name as it is. Immutable; part of the snapshot.
/// </summary>
internal sealed class ModelCatalog
{
    private readonly FrozenDictionary<string, CatalogModel> _byName;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _names;
    private readonly FrozenDictionary<string, Provider> _providers;
    private readonly Provider[] _inOrder;
    private readonly Provider? _only;
    private readonly ModelStates _states;

    internal ModelCatalog(ParleyConfig config, FrozenDictionary<string, Provider> providers, ProviderFactory factory, TargetPickers pickers, ModelStates states)
    {
        _states = states;
        _providers = providers;
        _inOrder = [.. config.Providers.Keys.Select(name => providers[name])];
        var models = new Dictionary<string, CatalogModel>(StringComparer.Ordinal);
        foreach (var model in config.Models)
        {
            var compiled = Compile(model, providers, factory, pickers, states);
            models[model.ModelId] = compiled;
            foreach (var alias in model.Aliases) models[alias] = compiled;
        }

        if (config.HasNoFile || config.Providers.Values.Any(p => p.Type == ProviderType.Simulator))
            models.TryAdd(EchoId, new CatalogModel(EchoId, null, TargetPool.Of(new RouteTarget(factory.CreateSimulator(), EchoId))) { State = states.Of(EchoId, isCatalogued: true) });

        _byName = models.ToFrozenDictionary(StringComparer.Ordinal);
        _names = models.Keys.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _only = config.OnlyVariableProvider is { } only ? providers.GetValueOrDefault(only) : null;
    }

    /// <summary>The simulated model that answers without any provider.</summary>
    internal const string EchoId = "parley/echo";

    /// <summary>Every name of the catalogue, ids and aliases.</summary>
    internal IReadOnlyDictionary<string, CatalogModel> Names => _byName;

    /// <summary>Providers in the order of the configuration.</summary>
    internal IReadOnlyList<Provider> Providers => _inOrder;

    /// <summary>An id or alias.</summary>
    internal bool TryFindCatalogued(string name, out CatalogModel model) => _byName.TryGetValue(name, out model!);

    /// <summary>The catalogue's own string of a name.</summary>
    internal bool TryGetName(ReadOnlySpan<char> text, out string name) => _names.TryGetValue(text, out name!);

    /// <summary>A name by all rules but the first; null when none fits.</summary>
    internal CatalogModel? FindAddressed(string name)
    {
        if (FindPrefix(name) is { } provider)
        {
            var upstream = name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
            return Of(name, TargetOf(provider, upstream)) with { AddressedProvider = provider.Name };
        }

        foreach (var candidate in _inOrder)
        {
            if (candidate is AzureOpenAIProvider azure && azure.FindDeployment(name) is not null)
                return Of(name, TargetOf(candidate, name));
        }

        return _only is null ? null : Of(name, TargetOf(_only, name));
    }

    /// <summary>The provider that a name is addressed to by its prefix (<c>azure/gpt-4o</c>); null when there is no prefix, or it is none.</summary>
    internal Provider? FindPrefix(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < name.Length - 1 ? FindProvider(name[..slash]) : null;
    }

    /// <summary>The Azure provider that configures this deployment, else the only Azure provider there is; null when neither.</summary>
    internal AzureOpenAIProvider? FindAzureFor(string deployment)
    {
        AzureOpenAIProvider? only = null;
        var count = 0;
        foreach (var provider in _inOrder.OfType<AzureOpenAIProvider>())
        {
            if (provider.FindDeployment(deployment) is not null) return provider;
            only = provider;
            count++;
        }

        return count == 1 ? only : null;
    }

    /// <summary>A provider by its configured name, or by its type when only one has it.</summary>
    internal Provider? FindProvider(string nameOrType)
    {
        if (_providers.TryGetValue(nameOrType, out var named)) return named;
        Provider? only = null;
        foreach (var provider in _inOrder)
        {
            // `azure/…` is what clients of the older gateway write, whatever the provider is called here.
            var isType = string.Equals(provider.Config.TypeName, nameOrType, StringComparison.OrdinalIgnoreCase)
                || (nameOrType == "azure" && provider.Config.Type == ProviderType.AzureOpenAI);
            if (!isType) continue;
            if (only is not null) return null;
            only = provider;
        }

        return only;
    }

    /// <summary>A model outside the catalogue: one target, addressed by its caller.</summary>
    internal CatalogModel Of(string name, RouteTarget target) => new(name, null, TargetPool.Of(target)) { State = _states.Of(name, isCatalogued: false) };

    internal static RouteTarget TargetOf(Provider provider, string model) => TargetOf(provider, model, provider.ResolveModel(model));

    /// <summary>A target whose upstream model the caller chose itself.</summary>
    internal static RouteTarget TargetOf(Provider provider, string model, string upstreamModel)
    {
        var target = new RouteTarget(provider, upstreamModel) { Traits = TargetTraits.Of(provider, model, upstreamModel) };
        if (provider.UnavailableFor(target.UpstreamModel) is { } missing) return target with { Missing = missing };
        if (provider.Allows(model, upstreamModel)) return target;
        return target with { Missing = $"provider '{provider.Name}' does not allow the model '{model}' (allowedModels)", IsForbidden = true };
    }

    private static CatalogModel Compile(ModelConfig model, FrozenDictionary<string, Provider> providers, ProviderFactory factory, TargetPickers pickers, ModelStates states)
    {
        var targets = model.Targets.Select((target, index) => Compile(model, target, providers, factory) with { Index = index, Priority = target.Priority, Weight = target.Weight });
        return new CatalogModel(model.ModelId, model, new TargetPool([.. targets], model.Pick, pickers.Of(model.Pick))) { State = states.Of(model.ModelId, isCatalogued: true) };
    }

    private static RouteTarget Compile(ModelConfig model, TargetConfig target, FrozenDictionary<string, Provider> providers, ProviderFactory factory) =>
        providers.TryGetValue(target.Provider, out var provider)
            ? TargetOf(provider, target.Model) with
            {
                OnUnsupported = model.OnUnsupported,
                OnLoss = model.OnLoss,
                AddsCacheBreakpoints = model.AddsCacheBreakpoints,
            }
            : new RouteTarget(factory.CreateMissing(target), target.Model) { Missing = target.Missing };
}
