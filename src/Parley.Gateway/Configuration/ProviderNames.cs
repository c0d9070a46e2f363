namespace Parley.Gateway.Configuration;

/// <summary>What <c>providerName</c> of the short form means (contracts §1).</summary>
internal static class ProviderNames
{
    private static readonly (string Shown, string Provider, string TypeName, string Variable)[] Rows =
    [
        ("OpenAI", "openai", "openai", VariableNames.OpenAIKey),
        ("Azure OpenAI", "azure", "azure-openai", VariableNames.AzureEndpoint),
        ("Anthropic", "anthropic", "anthropic", VariableNames.AnthropicKey),
        ("AWS Bedrock", "bedrock", "bedrock", VariableNames.AwsKeyId),
    ];

    public static IReadOnlyList<string> Known { get; } = [.. Rows.Select(static row => row.Shown)];

    /// <summary>The provider of that name, else the first one of that type, else the name it would have and what is missing; null for an unknown name.</summary>
    public static (string Provider, string? Missing)? Resolve(
        string shown, IReadOnlyDictionary<string, ProviderConfig> providers, IReadOnlyDictionary<string, string> variables)
    {
        foreach (var row in Rows)
        {
            if (!row.Shown.Equals(shown, StringComparison.OrdinalIgnoreCase))
                continue;
            if (providers.TryGetValue(row.Provider, out var named) && named.TypeName == row.TypeName)
                return (row.Provider, null);
            if (providers.Values.FirstOrDefault(provider => provider.TypeName == row.TypeName) is { } first)
                return (first.Name, null);
            // The variable may be set and still be another resource's key.
            var taken = row.TypeName == "openai" && VariableNames.Value(variables, VariableNames.OpenAIEndpoint) is not null;
            return (row.Provider, taken
                ? $"{row.Variable} belongs to {VariableNames.OpenAIEndpoint}; the provider openai is not configured"
                : $"{row.Variable} is not set");
        }

        return null;
    }
}
