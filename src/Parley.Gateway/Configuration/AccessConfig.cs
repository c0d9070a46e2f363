namespace Parley.Gateway.Configuration;

/// <summary>What the operator opened.</summary>
public sealed record AccessConfig
{
    /// <summary>Paths that need no key; only <c>/health</c> and <c>/metrics</c> may be listed.</summary>
    public IReadOnlyList<string> Anonymous { get; init; } = [];

    /// <summary>Origins that browsers may call from; none by default.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Request headers that browsers may send beside the usual ones; empty means any.</summary>
    public IReadOnlyList<string> CorsHeaders { get; init; } = [];

    /// <summary>Whether browsers may send cookies.</summary>
    public bool CorsCredentials { get; init; }

    /// <summary>Networks (CIDR or address) whose <c>X-Forwarded-*</c> headers are believed; none by default.</summary>
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];
}
