namespace Parley.Gateway.Configuration;

/// <summary>
/// When a provider's targets leave their pools and for how long (<c>breaker</c> of a provider). Kept for each credential and upstream
/// model by itself. What the caller did (4xx, an abort) never counts.
/// </summary>
public sealed record BreakerConfig
{
    /// <summary><c>rule</c>.</summary>
    public BreakerRule Rule { get; init; } = BreakerRule.Simple;

    /// <summary><c>openSeconds</c>: how long a target stays away (API Management's <c>tripDuration</c>); 30 s by default (contracts §4).</summary>
    public TimeSpan Open { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>acceptRetryAfter</c>: whether the provider's own <c>Retry-After</c> takes the place of <see cref="Open"/>.</summary>
    public bool AcceptRetryAfter { get; init; } = true;

    /// <summary><c>mostRetryAfterSeconds</c>: the longest wait that is believed; 5 minutes by default. The shortest is 1 s.</summary>
    public TimeSpan MostRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Counted rule, <c>count</c>: so many failures within <see cref="Interval"/>; null when it goes by <see cref="Percentage"/> alone.</summary>
    public int? Count { get; init; }

    /// <summary>Counted rule, <c>percentage</c>: such a share of all calls within <see cref="Interval"/>, once there were <see cref="MinimumCalls"/>.</summary>
    public int? Percentage { get; init; }

    /// <summary>Counted rule, <c>minimumCalls</c>: a share of fewer calls says nothing; 10 by default.</summary>
    public int MinimumCalls { get; init; } = 10;

    /// <summary>Counted rule, <c>intervalSeconds</c>: the window that rolls; one minute by default.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Counted rule, <c>statuses</c> (<c>429</c> or <c>"500-599"</c>): which answers are failures; 401, 403, 408, 429 and 5xx by default.</summary>
    public IReadOnlyList<StatusRange> Statuses { get; init; } = [new(401, 401), new(403, 403), new(408, 408), new(429, 429), new(500, 599)];

    /// <summary>Counted rule, <c>timeouts</c>: whether a call without an answer in time is a failure.</summary>
    public bool CountsTimeouts { get; init; } = true;

    /// <summary>Counted rule, <c>connections</c>: whether a call that could not be made, or broke, is a failure.</summary>
    public bool CountsConnections { get; init; } = true;
}
