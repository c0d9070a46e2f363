namespace Parley.Gateway.Configuration;

/// <summary>How a provider is signed in to, other than by plain <c>apiKey</c>s.</summary>
public sealed record ProviderAuthConfig(ProviderAuthKind Kind)
{
    /// <summary>User-assigned identity or application id.</summary>
    public string? ClientId { get; init; }

    /// <summary>Entra tenant.</summary>
    public string? TenantId { get; init; }

    /// <summary>Entra client secret.</summary>
    public Secret? ClientSecret { get; init; }

    /// <summary>The header of <see cref="ProviderAuthKind.Header"/>.</summary>
    public string? HeaderName { get; init; }

    /// <summary>The key of <see cref="ProviderAuthKind.ApiKey"/> or the value of <see cref="ProviderAuthKind.Header"/>.</summary>
    public Secret? Value { get; init; }

    /// <summary>The token scope; by default Azure's (<c>https://cognitiveservices.azure.com/.default</c>).</summary>
    public string? Scope { get; init; }
}
