namespace Parley.Gateway.Resilience.Breakers;

/// <summary>A breaker has changed: what is logged, counted and told to the webhook.</summary>
/// <param name="From">What it was.</param>
/// <param name="To">What it is.</param>
/// <param name="Reason">Why (<c>429</c>, <c>timeout</c>, <c>answered</c>, <c>tripped by hand</c>).</param>
/// <param name="Until">When an open one may be tried again.</param>
internal sealed record BreakerChange(BreakerState From, BreakerState To, string Reason, DateTimeOffset? Until);
