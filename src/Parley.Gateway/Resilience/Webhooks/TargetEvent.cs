using Parley.Gateway.Resilience.Breakers;

namespace Parley.Gateway.Resilience.Webhooks;

/// <summary>What the webhook is told: a target left its pool, or came back. Holds no credential and nothing of a request.</summary>
/// <param name="Kind"><c>target.opened</c> or <c>target.recovered</c>.</param>
/// <param name="Target"><c>provider/upstream-model</c>.</param>
/// <param name="Change">What changed.</param>
/// <param name="Until">When it may be tried again; null once it is back.</param>
/// <param name="Time">When it was.</param>
internal sealed record TargetEvent(string Kind, string Target, BreakerChange Change, DateTimeOffset? Until, DateTimeOffset Time);
