using Parley.Dialects.Splicing;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Azure;

namespace Parley.Gateway.Routing;

/// <summary>
/// A request's own <c>deployment</c> and <c>endpoint</c> (contracts §5). They choose only among what is configured:
/// a caller can never make the gateway send a credential to another host.
/// </summary>
internal static class AzureChoice
{
    /// <summary>For a model outside the catalogue: the Azure provider that configures the request's deployment, else the only one there is.</summary>
    internal static AzureOpenAIProvider? FindProvider(GatewayExchange exchange)
    {
        var catalog = exchange.Snapshot.Catalog;
        var deployment = Read(exchange, EnvelopeProperty.Deployment);
        // A prefix that names a provider has chosen already.
        return deployment is null || catalog.FindPrefix(exchange.ModelAsked) is not null ? null : catalog.FindAzureFor(deployment);
    }

    /// <summary>Applies both to the model's targets; an error when a target is not Azure or the endpoint is not configured.</summary>
    internal static (CatalogModel? Model, GatewayError? Error) Apply(GatewayExchange exchange, CatalogModel model)
    {
        var envelope = exchange.Envelope;
        if (!envelope.Has(EnvelopeProperty.Deployment) && !envelope.Has(EnvelopeProperty.Endpoint)) return (model, null);

        foreach (var property in (ReadOnlySpan<EnvelopeProperty>)[EnvelopeProperty.Deployment, EnvelopeProperty.Endpoint])
        {
            if (envelope.Has(property) && string.IsNullOrWhiteSpace(Read(exchange, property)))
                return (null, Bad(property, $"'{NameOf(property)}' must be a non-empty string."));
        }

        var azure = model.Targets.Where(target => target.Provider is AzureOpenAIProvider).ToList();
        if (azure.Count == 0)
        {
            var given = envelope.Has(EnvelopeProperty.Deployment) ? EnvelopeProperty.Deployment : EnvelopeProperty.Endpoint;
            return (null, Bad(given, $"'{NameOf(given)}' is only for models on Azure OpenAI; '{exchange.ModelAsked}' is not. Leave it out."));
        }

        var chosen = new List<RouteTarget>(azure.Count);
        foreach (var target in azure)
        {
            var provider = (AzureOpenAIProvider)target.Provider;
            var endpoint = Read(exchange, EnvelopeProperty.Endpoint) is { } written ? provider.FindEndpoint(written) : null;
            if (endpoint is null && envelope.Has(EnvelopeProperty.Endpoint)) continue;
            if (!MayChoose(exchange, provider)) return (null, Forbidden(exchange));
            chosen.Add(Choose(exchange, target, provider, endpoint));
        }

        return chosen.Count > 0
            ? (model with { Pool = model.Pool.With(chosen) }, null)
            : (null, Bad(EnvelopeProperty.Endpoint, "'endpoint' is not one of the endpoints configured for this model's provider. Leave it out, or use a configured one."));
    }

    private static RouteTarget Choose(GatewayExchange exchange, RouteTarget target, AzureOpenAIProvider provider, Uri? endpoint)
    {
        var chosen = target;
        if (Read(exchange, EnvelopeProperty.Deployment) is { } deployment)
            chosen = ModelCatalog.TargetOf(provider, deployment, provider.FindDeployment(deployment) ?? deployment) with
            {
                Index = target.Index,
                Timeouts = target.Timeouts,
                Priority = target.Priority,
                Weight = target.Weight,
                OnUnsupported = target.OnUnsupported,
                OnLoss = target.OnLoss,
                AddsCacheBreakpoints = target.AddsCacheBreakpoints,
            };
        return endpoint is null ? chosen : chosen with { Endpoint = endpoint, State = provider.Targets.Of(chosen.UpstreamModel, endpoint) };
    }

    // A key that is limited to some models must not reach others of the same resource by naming their deployment.
    private static bool MayChoose(GatewayExchange exchange, AzureOpenAIProvider provider)
    {
        var caller = exchange.Caller;
        if (Read(exchange, EnvelopeProperty.Deployment) is not { } deployment || caller.Models is null) return true;
        var upstream = provider.FindDeployment(deployment) ?? deployment;
        return caller.MayUseProvider(provider.Name)
            || caller.MayUseModel(deployment, $"{provider.Name}/{upstream}")
            || caller.MayUseModel(upstream, upstream);
    }

    private static string? Read(GatewayExchange exchange, EnvelopeProperty property) => exchange.Envelope.ReadString(property, exchange.Body.Span);

    private static string NameOf(EnvelopeProperty property) => property == EnvelopeProperty.Deployment ? "deployment" : "endpoint";

    private static GatewayError Bad(EnvelopeProperty property, string message) => new(GatewayErrorKind.BadRequest, message) { Param = NameOf(property) };

    private static GatewayError Forbidden(GatewayExchange exchange) =>
        new(GatewayErrorKind.Forbidden, $"This key may not choose that deployment for '{exchange.ModelAsked}'.") { Param = "deployment", Code = "model_not_allowed" };
}
