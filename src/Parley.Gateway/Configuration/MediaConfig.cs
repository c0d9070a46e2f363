namespace Parley.Gateway.Configuration;

/// <summary>How images and documents that a request names by address are fetched for targets that take only bytes (<c>egress.media</c>).</summary>
public sealed record MediaConfig
{
    /// <summary>False: such a request is refused.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The largest file.</summary>
    public int MaxBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>For one file, from looking up its host to its last byte.</summary>
    public int TimeoutSeconds { get; init; } = 15;

    /// <summary>True: addresses inside the operator's own network may be fetched, on any port. Callers choose the addresses!</summary>
    public bool AllowPrivate { get; init; }
}
