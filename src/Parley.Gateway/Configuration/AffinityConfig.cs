namespace Parley.Gateway.Configuration;

/// <summary>How a client is kept on one target (<c>affinity</c>); the only kind is <c>cookie</c>.</summary>
/// <param name="CookieName">The cookie whose value is the target's index.</param>
public sealed record AffinityConfig(string CookieName = "APIM-Backend-Instance");
