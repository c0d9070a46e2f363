namespace Parley.Gateway.Configuration;

/// <summary>A provider's connections.</summary>
public sealed record HttpConfig
{
    /// <summary>Connections per server (contracts §5).</summary>
    public int MaxConnections { get; init; } = 5000;

    /// <summary>An idle connection is closed after this.</summary>
    public int IdleSeconds { get; init; } = 60;

    /// <summary>A connection is replaced after this, so that DNS changes are followed.</summary>
    public int LifetimeSeconds { get; init; } = 300;

    /// <summary>Time to connect, TLS included.</summary>
    public int ConnectSeconds { get; init; } = 10;

    /// <summary>Time until response headers of one attempt; models may think for ten minutes.</summary>
    public int FirstByteSeconds { get; init; } = 600;

    /// <summary>Longest silence inside an answer.</summary>
    public int IdleStreamSeconds { get; init; } = 600;

    /// <summary>HTTP/2 where the server offers it (https), or spoken at once (<c>prior-knowledge</c>); false for HTTP/1.1 only.</summary>
    public HttpVersionConfig Version { get; init; } = HttpVersionConfig.Negotiate;

    /// <summary>A proxy to go through (<c>http://host:port</c>); null means none, whatever the environment says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>A PEM file with certificate authorities to trust for this provider, beside the system's.</summary>
    public string? CaFile { get; init; }
}
