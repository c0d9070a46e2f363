using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Dialects;
using Parley.Gateway.Access;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.PassThrough.Files;

/// <summary>
/// Files, uploads and batches in OpenAI's API, under its prefixes and on Azure's own paths: 1. whom the call names, and who made that; 2. the provider;
/// 3. whether the object is this key's; 4. up and down; 5. what the answer names is remembered.
/// </summary>
internal sealed class StoredEndpoints(
    PassThroughPipeline pipeline,
    PassThroughCourse course,
    StoredOwners owners,
    StoredObject objects,
    StoredList lists,
    PassThroughSettlement settlement,
    BufferedBytesBudget budget,
    TimeProvider time)
{
    private const int LongestId = 256;

    internal void Map(IEndpointRouteBuilder routes)
    {
        foreach (var prefix in (string[])[.. SurfaceEndpoints.OpenAIPrefixes, "/openai"])
        {
            foreach (var route in StoredRoute.All)
            {
                var surface = new Surface(prefix, route.Operation, Dialect.Opaque, prefix == "/openai" ? ErrorShape.Azure : ErrorShape.OpenAI);
                RequestDelegate run = context => pipeline.RunAsync(context, surface, exchange => RunAsync(exchange, route));
                routes.MapMethods($"{prefix}/{route.Path}", [route.Method], run).RequireRole(KeyRole.Inference);
            }
        }
    }

    private async ValueTask<GatewayError?> RunAsync(PassThroughExchange exchange, StoredRoute route)
    {
        exchange.ReadsAnswer = route.Answer != StoredAnswer.Bytes;
        var id = route.HasId ? PathName.Read(exchange.Http, "id") : null;
        if (id is { Length: 0 or > LongestId } or "." or "..") return new GatewayError(GatewayErrorKind.NotFound, "There is no object of this id.") { Param = "id" };
        if (!route.NamesFile) return await RunAsync(exchange, route, id, route.Kind, id, read: null);

        using var body = new RequestBody(budget, exchange.Snapshot.Config.Limits.BufferedBytes);
        if (await RequestBodyReader.ReadAsync(exchange.Http, body, exchange.Snapshot.Config.Limits) is { } unread) return unread;
        var (file, unclear) = StoredIds.Member(body.Span, "input_file_id");
        return unclear ?? await RunAsync(exchange, route, id, MakerKind.File, file, body);
    }

    /// <param name="exchange">The call.</param>
    /// <param name="route">Which it is.</param>
    /// <param name="id">The object of its path.</param>
    /// <param name="namedKind">What <paramref name="named"/> is.</param>
    /// <param name="named">The object that decides where it goes: that of the path, or of the body; null for none.</param>
    /// <param name="read">A body that was read; null for the request's own.</param>
    private async ValueTask<GatewayError?> RunAsync(PassThroughExchange exchange, StoredRoute route, string? id, MakerKind namedKind, string? named, RequestBody? read)
    {
        Maker? maker = null;
        if (named is not null)
        {
            (maker, var unknown) = await owners.FindAsync(exchange.Caller, namedKind, named, exchange.Aborted);
            if (unknown is not null) return unknown;
        }

        var (provider, refused) = StoredProviders.Choose(exchange, route.Feature, maker?.Provider);
        if (provider is null)
        {
            // It is there, but not for this provider or key: OpenAI's SDKs would ask twice more on a 501.
            exchange.Http.Response.Headers["x-should-retry"] = "false";
            return refused;
        }

        exchange.Provider = provider;
        // What is new goes to the account of the first key, so that all files of a provider are in one list.
        exchange.Credential = maker is { } made && made.Provider == provider.Name && made.Credential < provider.CredentialCount ? made.Credential : 0;
        if (named is not null && await owners.CheckAsync(exchange.Caller, provider.Config, namedKind, named, maker, exchange.Aborted) is { } hidden) return hidden;

        var path = id is null ? route.Path : route.Path.Replace("{id}", Uri.EscapeDataString(id), StringComparison.Ordinal);
        if (provider.AddressOfStored(path) is not { } bare) return new GatewayError(GatewayErrorKind.NoRoute, $"The provider '{provider.Name}' cannot be called: {provider.Unavailable ?? "it has no address"}.");
        var address = PassThroughQuery.Append(bare, PassThroughQuery.Without(exchange.Http.Request.QueryString.Value, PassThroughQuery.KeysAndOurs));
        return await course.RunAsync(exchange, new Uri(address), Dialect.OpenAIChat, sending => RelayAsync(sending, route, id, address), read);
    }

    private async ValueTask<GatewayError?> RelayAsync(PassThroughSending sending, StoredRoute route, string? id, string address)
    {
        if (await PassThroughStatus.JudgeAsync(sending) is { } error) return error;
        switch (route.Answer)
        {
            case StoredAnswer.Object:
                return await objects.RelayAsync(sending, route, id);
            case StoredAnswer.List when !StoredOwners.SeesAll(sending.Exchange.Caller, sending.Exchange.Provider!.Config):
                return await lists.RelayAsync(sending, route, address, budget, time);
            default:
                await PassThroughBytes.RelayAsync(sending, settlement, usage: null);
                return null;
        }
    }
}
