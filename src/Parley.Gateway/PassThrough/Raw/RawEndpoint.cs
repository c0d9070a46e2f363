using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Parley.Dialects;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.PassThrough.Files;
using Parley.Gateway.Providers;
using Parley.Gateway.Routing;

namespace Parley.Gateway.PassThrough.Raw;

/// <summary>
/// <c>/raw/{provider}/…</c>: any call of a provider's own API, below the base URL of its configuration, signed with its credential (contracts §5). For
/// keys that may use the provider as a whole, because nothing of what is asked there is known: neither <c>models</c> nor <c>allowedModels</c> hold.
/// </summary>
internal sealed class RawEndpoint(PassThroughPipeline pipeline, PassThroughCourse course, PassThroughSettlement settlement)
{
    private static readonly string[] Methods =
        [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete, HttpMethods.Options];

    private static readonly Surface Surface = new("/raw", Operation.Raw, Dialect.Opaque, ErrorShape.OpenAI);

    private static readonly GatewayError NoUpgrade = new(GatewayErrorKind.BadRequest, "WebSockets and other upgrades are not passed through. Use the provider's HTTP API.")
    {
        Status = StatusCodes.Status501NotImplemented,
        Code = "upgrade_unsupported",
    };

    internal void Map(IEndpointRouteBuilder routes)
    {
        RequestDelegate run = context => pipeline.RunAsync(context, Surface, RunAsync);
        routes.MapMethods("/raw/{provider}/{**path}", Methods, run).RequireRole(KeyRole.Inference);
    }

    private async ValueTask<GatewayError?> RunAsync(PassThroughExchange exchange)
    {
        var request = exchange.Http.Request;
        if (request.Headers.Upgrade.Count > 0 || request.Headers.ContainsKey("Sec-WebSocket-Key")) return NoUpgrade;
        var (target, misshapen) = RawTarget.Read(exchange.Http.Features.Get<IHttpRequestFeature>()!.RawTarget, PathName.Read(exchange.Http, "provider"));
        if (misshapen is not null) return misshapen;
        var catalog = exchange.Snapshot.Catalog;
        if (catalog.FindProvider(target.Provider) is not { } provider) return Unknown(exchange, target.Provider);
        exchange.ErrorShape = ShapeOf(provider);
        if (!exchange.Caller.MayUseProvider(provider.Name))
            return new GatewayError(GatewayErrorKind.Forbidden, $"This key may not use the provider '{provider.Name}' as a whole. The operator can allow it with the key's 'providers'.") { Code = "provider_not_allowed" };

        if (provider.RawBase is not { } rawBase) return new GatewayError(GatewayErrorKind.NoRoute, $"The provider '{provider.Name}' cannot be called: {provider.Unavailable ?? "it has no address"}.");
        if (target.AddressBelow(rawBase) is not { } address) return new GatewayError(GatewayErrorKind.BadRequest, "The path leads to no address below the provider's base URL.") { Code = "invalid_raw_path" };
        if (!StoredOwners.SeesAll(exchange.Caller, provider.Config) && RawTarget.NamesStored(new Uri(rawBase).AbsolutePath + target.Path)) return OfAllKeys(provider);
        exchange.Provider = provider;
        // Always the first credential: what one raw call has made, the next one must find.
        return await course.RunAsync(exchange, address, provider.RawDialect(target.Path), sending => RelayAsync(sending, target.Path));
    }

    // The provider's refusals pass as they came, whatever they are, but for those of our credential.
    private async ValueTask<GatewayError?> RelayAsync(PassThroughSending sending, string path)
    {
        var (exchange, reply) = (sending.Exchange, sending.Reply);
        if (reply.Status is 401 or 403 && await PassThroughStatus.JudgeAsync(sending) is { } error) return error;
        if (!PassThroughStatus.IsAnswer(reply.Status)) exchange.Error = Relay.ProviderStatus.Read(reply, sending.Time)!.Kind;
        using var usage = RawUsage.For(path, reply);
        exchange.Reply = usage?.Reply;
        exchange.IsStream = reply.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);
        await PassThroughBytes.RelayAsync(sending, settlement, usage);
        return null;
    }

    // The account is one for all keys, and whose a file is cannot be told of calls that nobody reads.
    private static GatewayError OfAllKeys(Provider provider)
    {
        var instead = provider.Config.Features.HasFlag(ProviderFeatures.Files)
            ? $"Call /v1/files, /v1/uploads and /v1/batches with the header {StoredProviders.Header}: {provider.Name}; or the operator sets the provider's 'sharedFiles'."
            : "Only a key with the role 'admin' may.";
        return new GatewayError(GatewayErrorKind.Forbidden, $"A raw call to files, uploads or batches would see those of every key. {instead}") { Code = "raw_files_not_allowed" };
    }

    private static GatewayError Unknown(PassThroughExchange exchange, string name)
    {
        var nearest = NearestName.Of(name, exchange.Snapshot.Catalog.Providers.Select(static provider => provider.Name).Where(exchange.Caller.MayUseProvider));
        var shown = name.Length > 64 ? name[..64] + "…" : name;
        return new GatewayError(GatewayErrorKind.NotFound, $"There is no provider '{shown}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}") { Code = "provider_not_found" };
    }

    private static ErrorShape ShapeOf(Provider provider) => provider.Config.Type switch
    {
        ProviderType.Anthropic => ErrorShape.Anthropic,
        ProviderType.Gemini => ErrorShape.Gemini,
        ProviderType.AzureOpenAI => ErrorShape.Azure,
        _ => ErrorShape.OpenAI,
    };
}
