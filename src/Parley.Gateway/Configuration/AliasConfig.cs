namespace Parley.Gateway.Configuration;

/// <summary>A stable, provider-neutral name for one model, or for several that share its traffic (<c>aliases</c>).</summary>
public sealed record AliasConfig
{
    /// <summary>What a client asks for.</summary>
    public required string Name { get; init; }

    /// <summary>Where it leads; never empty.</summary>
    public required IReadOnlyList<AliasShare> Shares { get; init; }

    /// <summary>What keeps a caller on one side.</summary>
    public AliasStability Stable { get; init; }

    /// <summary>The header of <see cref="AliasStability.Header"/>.</summary>
    public string? StableHeader { get; init; }

    /// <summary>Settings for requests that have none.</summary>
    public RequestDefaults Defaults { get; init; } = new();

    /// <summary>Where it is written, for messages.</summary>
    public required string Origin { get; init; }
}
