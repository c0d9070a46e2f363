using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Parley.Gateway.Access;
using Parley.Gateway.Ledger;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Ingress;

/// <summary><c>/livez</c>, <c>/readyz</c>, <c>/metrics</c>: for the machine that runs Parley, not for its callers.</summary>
internal sealed class OperationsEndpoints(IHostApplicationLifetime lifetime, UsageLedger ledger, KeyIndex keys, PrometheusText metrics)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/livez", Probes, context => AnswerAsync(context, 200, """{"status":"alive"}""")).AllowWithoutKey();
        routes.MapMethods("/readyz", Probes, ReadyAsync).AllowWithoutKey();
        routes.MapGet("/metrics", MetricsAsync).RequireRoleUnlessListed(KeyRole.Metrics, "/metrics");
    }

    // Load balancers like to ask with HEAD.
    private static readonly string[] Probes = [HttpMethods.Get, HttpMethods.Head];

    private Task ReadyAsync(HttpContext context)
    {
        var reason = lifetime.ApplicationStopping.IsCancellationRequested ? "stopping"
            : !keys.IsAvailable ? "key_store_unavailable"
            : !ledger.IsAccepting ? "ledger_unavailable"
            : null;
        return reason is null
            ? AnswerAsync(context, 200, """{"status":"ready"}""")
            : AnswerAsync(context, 503, $$"""{"status":"not_ready","reason":"{{reason}}"}""");
    }

    private async Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusText.ContentType;
        await context.Response.WriteAsync(metrics.Render(), context.RequestAborted);
    }

    private static Task AnswerAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}
