using Parley.Gateway.Resilience;

namespace Parley.Gateway.Admin.Targets;

/// <summary>One target as the admin API shows it.</summary>
/// <param name="Id"><c>provider/upstream-model</c>.</param>
/// <param name="Provider">The provider's name.</param>
/// <param name="Model">The upstream model or deployment.</param>
/// <param name="State">What is known of it.</param>
/// <param name="Uses">The models of the catalogue that it belongs to; none for one that a caller addressed.</param>
/// <param name="Missing">Why it cannot be called, or null.</param>
internal sealed record TargetEntry(string Id, string Provider, string Model, TargetState State, IReadOnlyList<TargetUse> Uses, string? Missing)
{
    /// <summary>True when its answers' rate limits are read, because a model that it belongs to picks by them.</summary>
    internal bool HasCapacity { get; init; }
}
