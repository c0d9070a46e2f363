namespace Parley.Gateway.Configuration;

/// <summary>A vendor that speaks OpenAI's format: a row of data.</summary>
/// <param name="TypeName">What a provider's <c>type</c> says.</param>
/// <param name="DisplayName">How lists call it.</param>
/// <param name="BaseUrl">The base that the vendor's documentation gives for OpenAI clients.</param>
/// <param name="KeyVariable">The variable that holds its key by default; null where a server runs without one.</param>
/// <param name="HasResponses">True when it serves <c>/responses</c> as well; otherwise such requests are translated to chat.</param>
public sealed record OpenAICompatibleVendor(string TypeName, string DisplayName, Uri BaseUrl, string? KeyVariable, bool HasResponses = false)
{
    /// <summary>What else of OpenAI's API it serves.</summary>
    public ProviderFeatures Features { get; init; }
}
