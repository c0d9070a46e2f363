using Parley.Gateway.Resilience.Breakers;

namespace Parley.Gateway.Resilience;

/// <summary>A change of a breaker, and when it was.</summary>
/// <param name="Change">What changed.</param>
/// <param name="At">When.</param>
internal sealed record TargetChange(BreakerChange Change, DateTimeOffset At);
