using System.Globalization;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Relay;

/// <summary>
/// The headers of Parley's own: on every answer <c>x-request-id</c>, on every routed one who really answered (contracts §7), by its index as
/// well (contracts §4), and the cookie of a pool that has one.
/// </summary>
internal static class ExchangeHeaders
{
    private const string RequestId = "x-request-id";
    private const string ServedBy = "X-Served-By-Instance";
    private const string ErrorBackend = "X-Error-Backend-Instance";

    private static readonly string[] SmallNumbers = [.. Enumerable.Range(0, 64).Select(static number => number.ToString(CultureInfo.InvariantCulture))];

    internal static void SetRequestId(HttpContext context, string requestId) => context.Response.Headers[RequestId] = requestId;

    /// <summary>
    /// Says who is asked, so that a failure also tells who failed; the next attempt overwrites it. Not where a heartbeat may be sending the
    /// headers at this moment: an answer or an error sets them in its turn.
    /// </summary>
    internal static void SetAsked(GatewayExchange exchange, Attempt attempt)
    {
        if (exchange.Heartbeat is null) SetAnswered(exchange, attempt);
    }

    /// <summary>Says who answers, or is about to: the last that says so is right.</summary>
    internal static void SetAnswered(GatewayExchange exchange, Attempt attempt)
    {
        var target = attempt.Target;
        var headers = exchange.Http.Response.Headers;
        headers["x-parley-provider"] = target.Provider.Name;
        headers["x-parley-model"] = HeaderText.Printable(attempt.SpilledTo ?? target.UpstreamModel);
        headers[ServedBy] = Number(target.Index);
        if (exchange.Plan?.Cookie is { } cookie) headers.SetCookie = cookie.LineOf(target);
        SetAttempts(exchange);
    }

    /// <summary>Says who will answer, before anybody has: for the only target that there is.</summary>
    internal static void SetOnly(GatewayExchange exchange, RouteTarget target)
    {
        var headers = exchange.Http.Response.Headers;
        headers["x-parley-provider"] = target.Provider.Name;
        headers["x-parley-model"] = HeaderText.Printable(target.UpstreamModel);
        headers[ServedBy] = Number(target.Index);
        SetAttempts(exchange);
    }

    /// <summary>Says on an error who failed, where a target did.</summary>
    internal static void SetFailed(GatewayExchange exchange, in AttemptOutcome outcome)
    {
        SetAttempts(exchange);
        if (outcome.Attempt is { } attempt)
        {
            SetAnswered(exchange, attempt);
            if (IsTargets(outcome.Error!.Kind)) exchange.Http.Response.Headers[ErrorBackend] = Number(attempt.Target.Index);
        }
        else if (exchange.Plan is { Cookie: { } cookie, Preferred: >= 0 and var own } plan)
        {
            // Nobody was asked: the client stays where it was.
            exchange.Http.Response.Headers.SetCookie = cookie.LineOf(plan.Pool.Members[own]);
        }
    }

    internal static string Number(int number) =>
        (uint)number < (uint)SmallNumbers.Length ? SmallNumbers[number] : number.ToString(CultureInfo.InvariantCulture);

    private static void SetAttempts(GatewayExchange exchange) => exchange.Http.Response.Headers["x-parley-attempts"] = Number(exchange.Attempts);

    // What a provider did, or failed to do; not what kept us from asking it.
    private static bool IsTargets(GatewayErrorKind kind) =>
        kind == GatewayErrorKind.UpstreamRejected || GatewayErrorTable.Of(kind).CountsAgainstTarget;
}
