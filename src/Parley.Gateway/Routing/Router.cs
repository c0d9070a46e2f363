using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.Routing;

/// <summary>Turns the model that a request names into the targets that may answer it, or says why there are none.</summary>
/// <param name="split">Chooses the side of an alias, once for each request.</param>
internal sealed class Router(AliasSplit split)
{
    /// <summary>Finds the model, checks the key's grants, and orders the targets.</summary>
    internal (RoutePlan? Plan, GatewayError? Error) Plan(GatewayExchange exchange)
    {
        var (model, error) = Find(exchange, out var alias);
        if (model is null) return (null, error);
        if (!model.IsGrantedTo(exchange.Caller, exchange.ModelAsked)) return (null, Refused(exchange));

        var (chosen, refused) = AzureChoice.Apply(exchange, model);
        if (chosen is null) return (null, refused);
        return PlanFor(exchange, chosen, alias is { Sides.Count: > 1 } ? alias : null);
    }

    /// <summary>A model's targets for this request; an error when none of them can take it.</summary>
    internal static (RoutePlan? Plan, GatewayError? Error) PlanFor(GatewayExchange exchange, CatalogModel model, CatalogAlias? split = null)
    {
        var callable = 0UL;
        var members = model.Pool.Members;
        for (var index = 0; index < members.Count; index++)
        {
            if (CanTake(members[index], exchange)) callable |= 1UL << index;
        }

        if (callable == 0) return (null, NotCallable(exchange, model));
        var goesByPrompt = model.Pool.Rule == PickRule.PromptCache && members.Count > 1;
        return (new RoutePlan(model, callable)
        {
            Split = split,
            Preferred = model.Cookie?.Find(exchange.Http.Request.Headers.Cookie, model.Pool, callable) ?? -1,
            Cookie = model.Cookie,
            CallerKey = CallerAffinity.KeyOf(exchange, model),
            PromptKey = goesByPrompt ? PromptKey.Of(exchange) : 0,
            Defaults = exchange.Surface.SendsTemperature ? model.DefaultsWithTemperature : model.Defaults,
        }, null);
    }

    private static bool CanTake(RouteTarget target, GatewayExchange exchange) =>
        target.Missing is null && target.Provider.DialectFor(exchange.Surface, target.UpstreamModel) is not null;

    private (CatalogModel?, GatewayError?) Find(GatewayExchange exchange, out CatalogAlias? alias)
    {
        alias = null;
        var catalog = exchange.Snapshot.Catalog;
        var name = exchange.ModelAsked;
        if (exchange.IsModelMissing && FindProxy(exchange) is { } unnamed) return (unnamed, null);
        if (exchange.Surface.IsAzurePath && catalog.FindDeployment(name) is { } azure) return (catalog.Of(name, ModelCatalog.TargetOf(azure, name)), null);
        if (catalog.TryFindCatalogued(name, out var model)) return (model, null);
        if (catalog.TryFindAlias(name, out alias)) return (split.Choose(alias, exchange), null);
        // From here on callers choose the names, and nothing is made for one that the key may not use.
        if (catalog.FindPattern(name, exchange.Caller, out var isRefused) is { } matched) return (matched, null);
        if (isRefused) return (null, Refused(exchange));
        if (exchange.Surface.UsesProxyDeployment && FindProxy(exchange) is { } proxied) return (proxied, null);
        if (AzureChoice.FindProvider(exchange) is { } chosen)
            return exchange.Caller.MayUseModel(name, name) ? (catalog.Of(name, ModelCatalog.TargetOf(chosen, name)), null) : (null, Refused(exchange));
        if (catalog.FindAddressed(name, exchange.Caller, out isRefused) is { } addressed) return (addressed, null);
        return (null, isRefused ? Refused(exchange) : Unknown(exchange, name));
    }

    private static CatalogModel? FindProxy(GatewayExchange exchange)
    {
        var deployment = exchange.Snapshot.Config.ProxyDeployment;
        if (deployment is null || exchange.Snapshot.Catalog.FindProvider("azure-proxy") is not { } proxy) return null;
        return exchange.Snapshot.Catalog.Of(deployment, ModelCatalog.TargetOf(proxy, deployment));
    }

    // The hint names only what this key may use: a 404 must not become a directory.
    private static GatewayError Unknown(GatewayExchange exchange, string name)
    {
        var usable = exchange.Snapshot.Catalog.Names
            .Where(pair => exchange.Caller.MayUseModel(pair.Value.Id, pair.Key))
            .Select(pair => pair.Key)
            .Concat(exchange.Snapshot.Catalog.Aliases.Values.Where(alias => alias.FirstFor(exchange.Caller, alias.Name) is not null).Select(alias => alias.Name))
            .Concat(exchange.Snapshot.Catalog.Providers.SelectMany(provider => provider.Config.Deployments.Keys.Where(key => exchange.Caller.MayUseModel(key, key))));
        var nearest = NearestName.Of(name, usable);
        var hint = nearest is null ? "" : $" Did you mean '{nearest}'?";
        var what = exchange.Surface.IsDeploymentPath ? "deployment" : "model";
        var shown = name.Length > 100 ? name[..100] + "…" : name;
        var problem = exchange.IsModelDefault
            ? $"'model' is missing, and OpenAI's default for this API, '{shown}', does not exist here.{hint} Send 'model':"
            : $"The {what} '{shown}' does not exist.{hint}";
        return new GatewayError(
            GatewayErrorKind.NotFound,
            $"{problem} GET {exchange.Prefix}/models lists what this key may use; the operator adds a model under \"models\" in parley.json, or a deployment under \"deployments\" of an Azure provider.")
        {
            Code = "model_not_found",
            Param = "model",
        };
    }

    private static GatewayError Refused(GatewayExchange exchange) => new(
        GatewayErrorKind.Forbidden,
        $"This key may not use the model '{exchange.ModelAsked}'{(exchange.IsModelDefault ? ", OpenAI's default where 'model' is missing" : "")}. GET {exchange.Prefix}/models lists what it may use; the operator grants more with PATCH /admin/keys/{{id}}.")
    {
        Code = "model_not_allowed",
        Param = "model",
    };

    private static GatewayError NotCallable(GatewayExchange exchange, CatalogModel model)
    {
        if (model.Targets.All(target => target.IsForbidden))
            return new GatewayError(GatewayErrorKind.Forbidden, $"The model '{exchange.ModelAsked}' cannot be used: {model.Targets[0].Missing}.") { Param = "model", Code = "model_not_allowed" };
        var missing = model.Targets.Select(target => target.Missing).FirstOrDefault(missing => missing is not null);
        // Clients such as Claude Code count for themselves after a 404, and only then (failures.md §2.25).
        if (missing is null && exchange.Surface.Operation == Operation.CountTokens)
            return new GatewayError(GatewayErrorKind.NotFound, $"The provider of '{exchange.ModelAsked}' has no token counter for this API.") { Param = "model", Code = "count_tokens_unsupported" };
        if (missing is null && exchange.Surface.Dialect == Dialect.Opaque) return NotOffered(exchange, model);
        var reason = missing ?? $"none of its providers speaks {exchange.Surface.Name}";
        return new GatewayError(GatewayErrorKind.NoRoute, $"The model '{exchange.ModelAsked}' cannot answer: {reason}.") { Param = "model", RetryAfter = TimeSpan.FromSeconds(30) };
    }

    // Never translated: what the vendors' own ways to do it have in common is too little to promise it (contracts §5).
    private static GatewayError NotOffered(GatewayExchange exchange, CatalogModel model)
    {
        var what = OpaquePaths.NameOf(exchange.Surface.Operation);
        var providers = model.Targets.Select(static target => target.Provider.Config).DistinctBy(static config => config.Name)
            .Select(static config => $"'{config.Name}' ({ProviderTypes.DisplayName(config.TypeName)})").ToList();
        var lacking = providers.Count == 1 ? $"Provider {providers[0]} has no {what}" : $"None of the providers of '{exchange.ModelAsked}' has {what}: {string.Join(", ", providers)}";
        return new GatewayError(
            GatewayErrorKind.UnsupportedTranslation,
            $"{lacking}. Ask for a model of a provider that has {(exchange.Surface.Operation == Operation.Audio ? "it" : "them")}, such as OpenAI; GET {exchange.Prefix}/models lists what this key may use.")
        {
            Status = 501,
            Code = "unsupported_operation",
            Param = "model",
        };
    }
}
