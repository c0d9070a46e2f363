using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Gateway.Ledger;

/// <summary>
/// <c>GET /admin/usage</c> and <c>GET /admin/requests</c> (contracts §7). A question includes everything that was journalled before it was
/// asked: it waits for the database to catch up, at most two seconds; what is missing even then is counted in
/// <c>x-parley-ledger-pending</c>.
/// </summary>
public static class LedgerEndpoints
{
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromSeconds(2);

    /// <summary>Maps both below <c>/admin</c> of the given builder. The caller adds who may ask.</summary>
    public static IEndpointConventionBuilder MapLedgerEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var ledger = endpoints.ServiceProvider.GetRequiredService<UsageLedger>();
        var time = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();
        var reader = new LedgerReader(ledger.Options.DatabasePath);
        var group = endpoints.MapGroup("/admin");
        group.MapGet("/usage", async context =>
        {
            if (LedgerParameters.Usage(context.Request.Query, time.GetUtcNow(), out var error) is not { } query) await RefuseAsync(context, error!);
            else await AnswerAsync(context, ledger, token => reader.Usage(query, token), LedgerJson.Default.UsageAnswer);
        });
        group.MapGet("/requests", async context =>
        {
            if (LedgerParameters.Requests(context.Request.Query, time.GetUtcNow(), out var error) is not { } query) await RefuseAsync(context, error!);
            else await AnswerAsync(context, ledger, token => reader.Requests(query, token), LedgerJson.Default.RequestsAnswer);
        });
        return group;
    }

    private static async Task AnswerAsync<T>(
        HttpContext context, UsageLedger ledger, Func<CancellationToken, T> read, JsonTypeInfo<T> type)
    {
        var aborted = context.RequestAborted;
        if (!await ledger.CatchUpAsync(CatchUpLimit, aborted).ConfigureAwait(false))
            context.Response.Headers["x-parley-ledger-pending"] = ledger.Pending.ToString(CultureInfo.InvariantCulture);
        // SQLite blocks, and this may be a socket's thread.
        var answer = await Task.Run(() => read(aborted), aborted).ConfigureAwait(false);
        await context.Response.WriteAsJsonAsync(answer, type, cancellationToken: aborted).ConfigureAwait(false);
    }

    private static Task RefuseAsync(HttpContext context, LedgerError error)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsJsonAsync(new LedgerErrorAnswer(error), LedgerJson.Default.LedgerErrorAnswer, cancellationToken: context.RequestAborted);
    }
}
