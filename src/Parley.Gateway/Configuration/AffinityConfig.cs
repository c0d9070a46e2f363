namespace Parley.Gateway.Configuration;

/// <summary>How a client is kept on one target while that one is healthy (<c>affinity</c>).</summary>
/// <param name="Kind">How a client is recognised.</param>
/// <param name="Name">The cookie's name, or the header's.</param>
public sealed record AffinityConfig(AffinityKind Kind = AffinityKind.Cookie, string Name = AffinityConfig.DefaultCookie)
{
    /// <summary>The cookie's name where none is written (contracts §4).</summary>
    public const string DefaultCookie = "APIM-Backend-Instance";
}
