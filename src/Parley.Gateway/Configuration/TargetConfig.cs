namespace Parley.Gateway.Configuration;

/// <summary>One target of a model.</summary>
/// <param name="Provider">The provider's name. In the short form it was resolved from <c>providerName</c>; when there is none, the name it would have.</param>
/// <param name="Model">The upstream model or, on Azure, the name that is resolved to a deployment.</param>
public sealed record TargetConfig(string Provider, string Model)
{
    /// <summary>Lower is tried first; 1 by default.</summary>
    public int Priority { get; init; } = 1;

    /// <summary>Share of the traffic inside its priority; 1 by default.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>How many calls to it run at a time; null means as many as come.</summary>
    public ConcurrencyConfig? Concurrency { get; init; }

    /// <summary>The short form's <c>providerName</c> as written, for display; null in the long form.</summary>
    public string? ProviderDisplayName { get; init; }

    /// <summary>Why the target cannot be called when its provider is not configured at all (<c>ANTHROPIC_API_KEY is not set</c>), or null.</summary>
    public string? Missing { get; init; }
}
