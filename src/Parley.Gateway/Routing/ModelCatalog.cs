using System.Collections.Frozen;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Azure;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Routing;

/// <summary>
/// Name → model (contracts §7): id or alias, wildcard, <c>provider/upstream-model</c>, a key of a provider's <c>deployments</c>, and when
/// variables gave exactly one provider, that one with the name as it is. Immutable; part of the snapshot.
/// </summary>
internal sealed class ModelCatalog
{
    private readonly FrozenDictionary<string, CatalogModel> _byName;
    private readonly FrozenDictionary<string, CatalogAlias> _aliases;
    private readonly NamePatterns _patterns;
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
        _only = config.OnlyVariableProvider is { } only ? providers.GetValueOrDefault(only) : null;
        var models = new Dictionary<string, CatalogModel>(StringComparer.Ordinal);
        var patterns = new List<NamePatterns.Entry>();
        var named = new List<TargetState>();
        foreach (var model in config.Models)
        {
            CatalogModel? compiled = null;
            foreach (var name in model.Aliases.Prepend(model.ModelId))
            {
                if (!WildcardName.Is(name)) models[name] = compiled ??= Compile(model, "", providers, factory, pickers, states);
                else patterns.Add(EntryOf(name, model, star => Compile(model, star, providers, factory, pickers, states)));
            }

            if (compiled is null) named.AddRange(NamedBehindAStar(model, providers));
        }

        NamedBehindStars = named;
        if (config.HasNoFile || config.Providers.Values.Any(p => p.Type == ProviderType.Simulator))
            models.TryAdd(EchoId, new CatalogModel(EchoId, null, TargetPool.Of(new RouteTarget(factory.CreateSimulator(), EchoId).Catalogued())) { State = states.Of(EchoId, isCatalogued: true) });

        _byName = models.ToFrozenDictionary(StringComparer.Ordinal);
        _patterns = new NamePatterns(patterns);
        var aliases = new AliasCompiler(this, states);
        _aliases = config.Aliases.ToFrozenDictionary(static alias => alias.Name, aliases.Compile, StringComparer.Ordinal);
        _names = models.Keys.Concat(_aliases.Keys).ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        Ids = models.Values.Select(static model => model.Id)
            .Concat(config.Models.Select(static model => model.ModelId))
            .Concat(_aliases.Values.SelectMany(static alias => alias.Sides).Select(static side => side.Model.Id))
            .ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The simulated model that answers without any provider.</summary>
    internal const string EchoId = "parley/echo";

    /// <summary>Every name of a model of the catalogue, ids and further names; without those that hold a star, which nobody calls by that name.</summary>
    internal IReadOnlyDictionary<string, CatalogModel> Names => _byName;

    /// <summary>The aliases by name.</summary>
    internal IReadOnlyDictionary<string, CatalogAlias> Aliases => _aliases;

    /// <summary>The ids of all that the operator wrote: as many as there are entries, whatever callers ask for.</summary>
    internal FrozenSet<string> Ids { get; }

    /// <summary>The states of targets that the operator named in full in a model whose own name holds a star: all names that it matches share them.</summary>
    internal IReadOnlyList<TargetState> NamedBehindStars { get; }

    /// <summary>Providers in the order of the configuration.</summary>
    internal IReadOnlyList<Provider> Providers => _inOrder;

    /// <summary>A model's id or another name of it.</summary>
    internal bool TryFindCatalogued(string name, out CatalogModel model) => _byName.TryGetValue(name, out model!);

    /// <summary>An alias.</summary>
    internal bool TryFindAlias(string name, out CatalogAlias alias) => _aliases.TryGetValue(name, out alias!);

    /// <inheritdoc cref="NamePatterns.Find"/>
    internal CatalogModel? FindPattern(string name, Caller? caller, out bool isRefused) => _patterns.Find(name, caller, out isRefused);

    /// <summary>The catalogue's own string of a name.</summary>
    internal bool TryGetName(ReadOnlySpan<char> text, out string name) => _names.TryGetValue(text, out name!) || _patterns.TryGetName(text, out name);

    /// <summary>A name by the rules behind those of the catalogue itself; null when none fits, or the key may not use it.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="caller">Whose grants are asked for; null for the operator's own names.</param>
    /// <param name="isRefused">True when a rule fits and the key may not use the name.</param>
    internal CatalogModel? FindAddressed(string name, Caller? caller, out bool isRefused)
    {
        if (FindPrefix(name) is { } provider)
        {
            isRefused = caller is not null && !ModelGrants.OfAddressed(caller, provider.Name, name);
            if (isRefused) return null;
            var upstream = name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
            return Of(name, TargetOf(provider, upstream)) with { AddressedProvider = provider.Name };
        }

        var found = FindDeployment(name) ?? _only;
        isRefused = found is not null && caller is not null && !caller.MayUseModel(name, name);
        return found is null || isRefused ? null : Of(name, TargetOf(found, name));
    }

    /// <summary>The Azure provider that configures a deployment of this name, the first one of the file; null when none does.</summary>
    internal AzureOpenAIProvider? FindDeployment(string name)
    {
        foreach (var provider in _inOrder)
        {
            if (provider is AzureOpenAIProvider azure && azure.FindDeployment(name) is not null) return azure;
        }

        return null;
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
        if (FindDeployment(deployment) is { } configured) return configured;
        var all = _inOrder.OfType<AzureOpenAIProvider>().Take(2).ToList();
        return all is [var only] ? only : null;
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

    private NamePatterns.Entry EntryOf(string pattern, ModelConfig model, Func<string, CatalogModel> compile)
    {
        var name = new NamePattern(pattern);
        // By what is written: for a refused name nothing is compiled.
        string? ProviderOf(string asked) =>
            FindPrefix(asked) is { } provider && model.Targets.All(target => target.Provider == provider.Name) ? provider.Name : null;
        return new(
            name,
            star => compile(star) with { Pattern = pattern, PatternProvider = ProviderOf(NamePattern.Fill(pattern, star)) },
            (caller, asked) => ModelGrants.OfPattern(caller, model.ModelId, pattern, ProviderOf(asked), asked));
    }

    // For a name that a pattern matched: its targets with what the star stood for.
    private static CatalogModel Compile(
        ModelConfig model, string star, FrozenDictionary<string, Provider> providers, ProviderFactory factory, TargetPickers pickers, ModelStates states)
    {
        var written = star.Length == 0 ? model.Targets : [.. model.Targets.Select(target => target with { Model = NamePattern.Fill(target.Model, star) })];
        var targets = written.Select((target, index) => Compile(model, target, providers, factory) with
        {
            Index = index,
            Priority = target.Priority,
            Weight = target.Weight,
            Concurrency = target.Concurrency,
        }).ToArray();
        targets = [.. targets.Select((target, index) => star.Length == 0 || !WildcardName.Is(model.Targets[index].Model) ? target.Catalogued() : target)];
        // A target that nobody asked for before; the others were limited when the configuration was applied.
        foreach (var target in star.Length == 0 ? [] : targets.Where(static target => target is { Concurrency: not null, State.Gate: null })) target.State.Limit(target.Concurrency);
        return new CatalogModel(model.ModelId, model, new TargetPool(targets, model.Pick, pickers.Of(model.Pick)))
        {
            State = states.Of(model.ModelId, isCatalogued: true),
            Defaults = AliasCompiler.Settings(model.Defaults),
            DefaultsWithTemperature = AliasCompiler.Settings(AliasCompiler.OwnOf(model)),
        };
    }

    private static IEnumerable<TargetState> NamedBehindAStar(ModelConfig model, FrozenDictionary<string, Provider> providers)
    {
        foreach (var target in model.Targets)
        {
            if (!WildcardName.Is(target.Model) && providers.TryGetValue(target.Provider, out var provider)) yield return TargetOf(provider, target.Model).Catalogued().State;
        }
    }

    private static RouteTarget Compile(ModelConfig model, TargetConfig target, FrozenDictionary<string, Provider> providers, ProviderFactory factory) =>
        providers.TryGetValue(target.Provider, out var provider)
            ? TargetOf(provider, target.Model).WithVision(model.SupportsVision) with
            {
                OnUnsupported = model.OnUnsupported,
                OnLoss = model.OnLoss,
                Timeouts = AttemptTimeouts.Of(model.Timeouts, provider.Config.Http),
                AddsCacheBreakpoints = model.AddsCacheBreakpoints,
            }
            : new RouteTarget(factory.CreateMissing(target), target.Model) { Missing = target.Missing };
}
