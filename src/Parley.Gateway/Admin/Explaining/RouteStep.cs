using Parley.Dialects;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Admin.Explaining;

/// <summary>One target in the order in which a request would try them.</summary>
/// <param name="Target">The target.</param>
/// <param name="Dialect">The dialect that it would be spoken to in.</param>
/// <param name="Health">How it is now.</param>
internal sealed record RouteStep(RouteTarget Target, Dialect Dialect, TargetHealth Health)
{
    /// <summary>The share of requests that begin with it, where the pick leaves it to chance or turns; null for one that is only tried after others.</summary>
    internal double? Share { get; init; }

    /// <summary>How long until it may be called; null when it may be now.</summary>
    internal TimeSpan? Wait { get; init; }

    /// <summary>Why it stands here, in words.</summary>
    internal required string Note { get; init; }
}
