using Parley.Gateway.Configuration.Reading;

namespace Parley.Gateway.Configuration.Sections;

/// <summary>The keys that only a <c>bedrock</c> provider has. Without written keys the variables are taken, else AWS's own credential chain.</summary>
internal static class BedrockSection
{
    private const string DefaultRegion = "us-east-1";

    public static ProviderConfig Read(SectionReader section, ProviderConfig provider)
    {
        var region = section.String("region") ?? section.Context.Variable(VariableNames.AwsRegion) ?? DefaultRegion;
        if (!IsRegion(region))
        {
            var shown = section.Has("region") ? section.Shown("region") : $"${{{VariableNames.AwsRegion}}}";
            section.Error("region", $"\"{shown}\" is not an AWS region. Write it as {DefaultRegion}.");
        }

        provider = provider with { Region = region, BaseUrl = provider.BaseUrl ?? Runtime(region) };
        if (!section.Has("accessKeyId") && !section.Has("secretAccessKey") && !section.Has("sessionToken"))
            return WithVariables(provider, section.Context.Variables);
        section.Required("accessKeyId", "It is needed beside secretAccessKey; without both AWS's credential chain is used.");
        section.Required("secretAccessKey", "It is needed beside accessKeyId; without both AWS's credential chain is used.");
        return provider with
        {
            AccessKeyId = Credentials.Secret(section, "accessKeyId")?.Reveal(),
            SecretAccessKey = Credentials.Secret(section, "secretAccessKey"),
            SessionToken = Credentials.Secret(section, "sessionToken"),
        };
    }

    /// <summary>The <c>bedrock</c> provider of the variables.</summary>
    public static ProviderConfig FromVariables(string name, IReadOnlyDictionary<string, string> variables)
    {
        var region = VariableNames.Value(variables, VariableNames.AwsRegion) ?? DefaultRegion;
        var provider = new ProviderConfig
        {
            Name = name,
            Type = ProviderType.Bedrock,
            TypeName = "bedrock",
            Region = region,
            BaseUrl = Runtime(region),
        };
        return WithVariables(provider, variables);
    }

    public static bool IsRegion(string region) =>
        region.Length <= 40 && region.Contains('-', StringComparison.Ordinal)
        && region.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static ProviderConfig WithVariables(ProviderConfig provider, IReadOnlyDictionary<string, string> variables)
    {
        if (VariableNames.Value(variables, VariableNames.AwsKeyId) is not { } id)
            return provider;
        if (VariableNames.Value(variables, VariableNames.AwsSecret) is not { } secret)
            return provider with { MissingCredential = $"{VariableNames.AwsSecret} is not set" };
        var token = VariableNames.Value(variables, VariableNames.AwsToken);
        return provider with
        {
            AccessKeyId = id,
            SecretAccessKey = new Secret(secret),
            SessionToken = token is null ? null : new Secret(token),
        };
    }

    // The region was judged already; a wrong one must not become a host.
    private static Uri? Runtime(string region) => IsRegion(region) ? new Uri($"https://bedrock-runtime.{region}.amazonaws.com") : null;
}
