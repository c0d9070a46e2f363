using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.PassThrough.Files;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.Admin.Explaining;

/// <summary>
/// <c>POST /admin/route</c>: where a request would go, and why, without calling anything. It is read and routed by the parts that real calls
/// are read and routed by, headers and cookies included, so that its refusals are theirs too.
/// </summary>
internal sealed class ExplainEndpoint(SnapshotHolder snapshots, Router router, MakerPins pins, StoredFileGuard files, BufferedBytesBudget budget, KeyIndex keys, TimeProvider time)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in (ReadOnlySpan<string>)["/admin/route", "/parley/admin/route"])
            routes.MapPost(path, RunAsync).RequireRole(KeyRole.Admin);
    }

    private async Task RunAsync(HttpContext context)
    {
        var (question, wrong) = RouteQuestion.Read(context, keys, time.GetUtcNow());
        if (question is null)
        {
            await ErrorWriter.WriteAsync(context, wrong!, ErrorShape.Admin);
            return;
        }

        var snapshot = snapshots.Current;
        var limits = snapshot.Config.Limits;
        using var exchange = new GatewayExchange(context, question.Surface, question.Caller, snapshot, new RequestBody(budget, limits.BufferedBytes))
        {
            RequestId = context.GetRequestId(),
            Started = time.GetTimestamp(),
        };
        var (plan, refused) = await PlanAsync(exchange, limits);
        if (plan is null)
        {
            await ErrorWriter.WriteAsync(context, refused!, ErrorShape.Admin);
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, Relaxed);
        RouteJson.Write(writer, exchange, plan, new RouteExplainer(exchange, plan, time).Run());
    }

    private async Task<(RoutePlan?, GatewayError?)> PlanAsync(GatewayExchange exchange, LimitsConfig limits)
    {
        var refused = await RequestBodyReader.ReadAsync(exchange.Http, exchange.Body, limits) ?? EnvelopeReader.Read(exchange);
        if (refused is not null) return (null, refused);
        var (plan, unroutable) = router.Plan(exchange);
        if (plan is null) return (null, unroutable);
        return await files.CheckAsync(exchange, plan) is { } hidden ? (null, hidden) : (await pins.PinAsync(exchange, plan), null);
    }
}
