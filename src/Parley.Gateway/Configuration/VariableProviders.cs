using Parley.Gateway.Configuration.Reading;
using Parley.Gateway.Configuration.Sections;

namespace Parley.Gateway.Configuration;

/// <summary>The providers that variables give when the file defines none of that name (contracts §7).</summary>
internal sealed class VariableProviders(IReadOnlyDictionary<string, string> variables, ConfigurationProblems problems)
{
    public const string Proxy = "azure-proxy";
    public const string Wrapper = "azure-wrapper";

    private readonly List<ProviderConfig> _found = [];

    /// <summary>All of them that are not in <paramref name="fileProviders"/>.</summary>
    public IReadOnlyList<ProviderConfig> Read(IReadOnlyDictionary<string, ProviderConfig> fileProviders)
    {
        bool Free(string name) => !fileProviders.ContainsKey(name);
        if (Free("openai") && Value(VariableNames.OpenAIEndpoint) is null)
            Keyed("openai", VariableNames.OpenAIKey);
        if (Free("azure"))
            Azure("azure", VariableNames.AzureEndpoint, VariableNames.AzureVersion, VariableNames.AzureKey);
        if (Free(Proxy))
            Azure(Proxy, VariableNames.AzureBase, VariableNames.AzureVersion, keyVariable: null);
        if (Free(Wrapper))
            Azure(Wrapper, VariableNames.OpenAIEndpoint, VariableNames.OpenAIVersion, VariableNames.OpenAIKey);
        if (Free("anthropic"))
            Keyed("anthropic", VariableNames.AnthropicKey);
        if (Free("bedrock") && Value(VariableNames.AwsKeyId) is not null)
            Bedrock();
        if (Free("gemini"))
            Keyed("gemini", VariableNames.GeminiKey);
        return _found;
    }

    private string? Value(string name) => VariableNames.Value(variables, name);

    private void Keyed(string typeName, string variable)
    {
        if (Value(variable) is null)
            return;
        _found.Add(new ProviderConfig
        {
            Name = typeName,
            Type = ProviderTypes.Find(typeName)!.Value,
            TypeName = typeName,
            BaseUrl = ProviderTypes.DefaultBaseUrl(typeName),
            ApiKeys = Keys(variable),
        });
    }

    private void Azure(string name, string endpointVariable, string versionVariable, string? keyVariable)
    {
        if (Value(endpointVariable) is not { } text)
            return;
        if (Addresses.Problem(text, out var url) is { } problem)
        {
            problems.Error(endpointVariable, "", 0, 0, problem);
            return;
        }

        var version = Value(versionVariable) ?? AzureSection.DefaultVersion;
        if (!AzureSection.IsVersion(version))
            problems.Error(versionVariable, "", 0, 0, $"\"{version}\" is not an API version. Write a date such as {AzureSection.DefaultVersion}.");
        var (endpoint, cut) = Addresses.AzureEndpoint(url!);
        if (cut)
            problems.Warning(endpointVariable, "", 0, 0, "the path behind the resource is not needed and was cut.");
        var keys = keyVariable is null ? [] : Keys(keyVariable);
        // The old wrapper has a key or nothing: signing in as somebody else is not what its users configured.
        var missing = name == Wrapper && keys.Count == 0 ? $"{keyVariable} is not set" : null;
        _found.Add(new ProviderConfig
        {
            Name = name,
            Type = ProviderType.AzureOpenAI,
            TypeName = "azure-openai",
            Endpoint = endpoint,
            ApiVersion = version,
            UrlStyle = AzureUrlStyle.Classic,
            ApiKeys = keys,
            Auth = keys.Count == 0 && missing is null ? new ProviderAuthConfig(ProviderAuthKind.Default) : null,
            MissingCredential = missing,
            Deployments = name == Wrapper && Value(VariableNames.OpenAIDeployment) is { } deployment
                ? new Dictionary<string, DeploymentConfig>(StringComparer.Ordinal) { [deployment] = new(deployment) }
                : new Dictionary<string, DeploymentConfig>(),
        });
    }

    private void Bedrock()
    {
        var provider = BedrockSection.FromVariables("bedrock", variables);
        if (provider.BaseUrl is null)
            problems.Error(VariableNames.AwsRegion, "", 0, 0, $"\"{provider.Region}\" is not an AWS region. Write it as us-east-1.");
        _found.Add(provider);
    }

    private List<Secret> Keys(string variable)
    {
        if (Value(variable) is not { } value)
            return [];
        if (value.All(static c => c is >= ' ' and <= '~'))
            return [new Secret(value)];
        problems.Error(variable, "", 0, 0, "a credential must be printable ASCII characters. Look for line breaks or characters of a word processor.");
        return [];
    }
}
