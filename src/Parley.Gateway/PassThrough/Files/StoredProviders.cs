using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers;
using Parley.Gateway.Routing;

namespace Parley.Gateway.PassThrough.Files;

/// <summary>
/// Which provider a call to files or batches goes to (contracts §5): the one that the request names, else the one that made what it names, else
/// <c>defaults.files</c>, else the only one that has such an API and that the key may use.
/// </summary>
internal static class StoredProviders
{
    internal const string Header = "x-parley-provider";
    private const string QueryName = "provider";
    private const int LongestShown = 64;

    /// <summary>The provider, or why there is none.</summary>
    /// <param name="exchange">The call.</param>
    /// <param name="feature">The API that it needs.</param>
    /// <param name="maker">The provider that made what the call names; null when that is not known.</param>
    internal static (Provider? Provider, GatewayError? Error) Choose(PassThroughExchange exchange, ProviderFeatures feature, string? maker)
    {
        var catalog = exchange.Snapshot.Catalog;
        var request = exchange.Http.Request;
        var named = request.Headers[Header].ToString() is { Length: > 0 } header ? header : request.Query[QueryName].ToString();
        if (named.Length > 0) return Named(exchange, feature, named);
        if (maker is not null && catalog.FindProvider(maker) is { } known) return Checked(exchange, feature, known);
        if (exchange.Snapshot.Config.DefaultFilesProvider is { } configured && catalog.FindProvider(configured) is { } chosen) return Checked(exchange, feature, chosen);

        var usable = catalog.Providers.Where(provider => Has(provider, feature) && MayUse(exchange, feature, provider)).ToList();
        // Azure's own clients mean the resource that Azure's own paths are of.
        if (usable.Count > 1 && exchange.Surface.IsAzurePath && usable.Where(static provider => provider.Config.Type == ProviderType.AzureOpenAI).ToList() is [var azure]) return (azure, null);
        return usable switch
        {
            [var only] => (only, null),
            [] when catalog.Providers.Any(provider => Has(provider, feature)) => (null, NotAllowed($"No provider that has {NameOf(feature)} is one that this key may use.")),
            [] => (null, Unsupported($"No configured provider has {NameOf(feature)}.")),
            _ => (null, new GatewayError(
                GatewayErrorKind.BadRequest,
                $"Several providers have {NameOf(feature)}: {string.Join(", ", usable.Select(static provider => provider.Name))}. Name one in the header {Header}, or ask the operator to set defaults.files.")
            {
                Param = Header,
                Code = "provider_required",
            }),
        };
    }

    /// <summary>
    /// A key may use a provider's files when it may use the provider. A key without a list of providers and without a list of models may use those of
    /// every provider that has them: its calls go to any of them (contracts §5 lets the caller choose by header).
    /// </summary>
    private static bool MayUse(PassThroughExchange exchange, ProviderFeatures feature, Provider provider)
    {
        var caller = exchange.Caller;
        return caller.MayUseProvider(provider.Name)
            || (caller is { Role: KeyRole.Inference, Models: null } && caller.Providers is not { Count: > 0 } && Has(provider, feature));
    }

    private static (Provider? Provider, GatewayError? Error) Named(PassThroughExchange exchange, ProviderFeatures feature, string named)
    {
        var catalog = exchange.Snapshot.Catalog;
        if (catalog.FindProvider(named) is { } found) return Checked(exchange, feature, found);
        var nearest = NearestName.Of(named, catalog.Providers.Where(provider => MayUse(exchange, feature, provider)).Select(static provider => provider.Name));
        var shown = named.Length > LongestShown ? named[..LongestShown] + "…" : named;
        return (null, new GatewayError(GatewayErrorKind.BadRequest, $"There is no provider '{shown}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}")
        {
            Param = Header,
            Code = "provider_not_found",
        });
    }

    private static (Provider? Provider, GatewayError? Error) Checked(PassThroughExchange exchange, ProviderFeatures feature, Provider provider)
    {
        if (!Has(provider, feature)) return (null, Unsupported($"The provider '{provider.Name}' has no {NameOf(feature)}."));
        return MayUse(exchange, feature, provider)
            ? (provider, null)
            : (null, NotAllowed($"This key may not use the {NameOf(feature)} of the provider '{provider.Name}'. The operator can allow it with the key's 'providers'."));
    }

    private static bool Has(Provider provider, ProviderFeatures feature) => provider.Config.Features.HasFlag(feature);

    private static string NameOf(ProviderFeatures feature) => feature == ProviderFeatures.Batches ? "batches" : "files";

    private static GatewayError NotAllowed(string message) => new(GatewayErrorKind.Forbidden, message) { Code = "provider_not_allowed" };

    private static GatewayError Unsupported(string message) => new(GatewayErrorKind.NotFound, message) { Status = 501, Code = "unsupported_operation" };
}
