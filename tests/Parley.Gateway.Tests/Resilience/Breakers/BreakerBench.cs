using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience.Breakers;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience.Breakers;

/// <summary>A breaker with a clock that stands still between steps, and its events in a word each.</summary>
internal sealed class BreakerBench
{
    internal BreakerBench(BreakerConfig? rule = null) => Breaker = new Breaker(rule ?? new BreakerConfig(), Time);

    internal ManualTimeProvider Time { get; } = new();

    internal Breaker Breaker { get; }

    internal long Now => Time.GetTimestamp();

    internal BreakerState State => Breaker.StateAt(Now);

    /// <summary>How long it stays open; zero when it is not.</summary>
    internal TimeSpan Wait => Breaker.OpenUntil(Now) is > 0 and var until ? Time.GetElapsedTime(Now, until) : TimeSpan.Zero;

    /// <summary>The rule of API Management's backends.</summary>
    internal static BreakerConfig Counted(int? count = null, int? percentage = null) =>
        new() { Rule = BreakerRule.Counted, Count = count, Percentage = percentage };

    internal void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    internal BreakerChange? Fail(int status = 500, double? retryAfter = null) =>
        Breaker.Fail(Now, new TargetFailure(KindOf(status), status, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null));

    internal BreakerChange? Fail(GatewayErrorKind kind, int status = 0) => Breaker.Fail(Now, new TargetFailure(kind, status, null));

    /// <summary>A call that begins and is answered now.</summary>
    internal BreakerChange? Succeed() => Breaker.Succeed(Now, Now);

    internal bool TryEnter() => Breaker.TryEnter(Now, out _);

    private static GatewayErrorKind KindOf(int status) => status switch
    {
        401 or 403 => GatewayErrorKind.UpstreamUnauthorized,
        429 => GatewayErrorKind.UpstreamRateLimited,
        408 => GatewayErrorKind.UpstreamTimeout,
        _ => GatewayErrorKind.UpstreamFailed,
    };
}
