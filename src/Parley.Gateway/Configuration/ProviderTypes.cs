using System.Collections.Frozen;

namespace Parley.Gateway.Configuration;

/// <summary>What <c>type</c> may say, how lists call it, and the base that the vendor's own SDK has.</summary>
public static class ProviderTypes
{
    private static readonly FrozenDictionary<string, ProviderType> Own = new Dictionary<string, ProviderType>
    {
        ["openai"] = ProviderType.OpenAI,
        ["azure-openai"] = ProviderType.AzureOpenAI,
        ["anthropic"] = ProviderType.Anthropic,
        ["bedrock"] = ProviderType.Bedrock,
        ["gemini"] = ProviderType.Gemini,
        ["openai-compatible"] = ProviderType.OpenAICompatible,
        ["simulator"] = ProviderType.Simulator,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every accepted <c>type</c>, vendor rows included.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "openai", "azure-openai", "anthropic", "bedrock", "gemini", "openai-compatible", "simulator",
        .. OpenAICompatibleVendors.All.Select(static vendor => vendor.TypeName),
    ];

    /// <summary>The kind of a <c>type</c>; null when there is none of that name.</summary>
    public static ProviderType? Find(string typeName) =>
        Own.TryGetValue(typeName, out var type) ? type
        : OpenAICompatibleVendors.ByTypeName.ContainsKey(typeName) ? ProviderType.OpenAICompatible
        : null;

    /// <summary>How lists call a provider of this <c>type</c> (<c>OpenAI</c>, <c>Azure OpenAI</c>, <c>Groq</c>).</summary>
    public static string DisplayName(string typeName) => typeName switch
    {
        "openai" => "OpenAI",
        "azure-openai" => "Azure OpenAI",
        "anthropic" => "Anthropic",
        "bedrock" => "AWS Bedrock",
        "gemini" => "Google Gemini",
        "openai-compatible" => "OpenAI compatible",
        "simulator" => "Simulator",
        _ => OpenAICompatibleVendors.ByTypeName.TryGetValue(typeName, out var vendor) ? vendor.DisplayName : typeName,
    };

    /// <summary>The base URL when none is written; null where it must be written, follows from the region, or there is none.</summary>
    public static Uri? DefaultBaseUrl(string typeName) => typeName switch
    {
        "openai" => new Uri("https://api.openai.com/v1"),
        "anthropic" => new Uri("https://api.anthropic.com"),
        "gemini" => new Uri("https://generativelanguage.googleapis.com"),
        _ => OpenAICompatibleVendors.ByTypeName.GetValueOrDefault(typeName)?.BaseUrl,
    };

    /// <summary>What a provider of this <c>type</c> has beside conversations and embeddings. Azure has no moderations of its own.</summary>
    public static ProviderFeatures FeaturesOf(string typeName) => typeName switch
    {
        "openai" or "openai-compatible" or "simulator" => ProviderFeatures.All,
        "azure-openai" => ProviderFeatures.All & ~ProviderFeatures.Moderations,
        _ => OpenAICompatibleVendors.ByTypeName.GetValueOrDefault(typeName)?.Features ?? ProviderFeatures.None,
    };

    /// <summary>The variable that holds the key by default; null where a server needs none or signs in otherwise.</summary>
    public static string? KeyVariable(string typeName) => typeName switch
    {
        "openai" => VariableNames.OpenAIKey,
        "anthropic" => VariableNames.AnthropicKey,
        "gemini" => VariableNames.GeminiKey,
        _ => OpenAICompatibleVendors.ByTypeName.GetValueOrDefault(typeName)?.KeyVariable,
    };
}
