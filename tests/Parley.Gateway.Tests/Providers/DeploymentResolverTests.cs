using Microsoft.Extensions.Logging.Abstractions;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers.Azure;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Providers;

/// <summary>The table of contracts §5, row by row.</summary>
public sealed class DeploymentResolverTests
{
    [Theory]
    // exact, before ignoring case
    [InlineData("gpt-4o", "gpt-4o=a;GPT-4O=b", "a")]
    [InlineData("GPT-4O", "gpt-4o=a;GPT-4O=b", "b")]
    // ignoring case, before versions
    [InlineData("Gpt-4o", "gpt-4o=a;gpt-4o-2024-08-06=b", "a")]
    // a trailing version removed on both sides, every form of it
    [InlineData("gpt-4o-2024-08-06", "gpt-4o=a", "a")]
    [InlineData("gpt-4o", "gpt-4o-2024-08-06=a", "a")]
    [InlineData("gpt-4o-2024-11-20", "gpt-4o-2024-08-06=a", "a")]
    [InlineData("claude-20240806", "claude=a", "a")]
    [InlineData("gpt-4-0613", "gpt-4=a", "a")]
    [InlineData("embed-v2", "embed=a", "a")]
    [InlineData("o1-preview", "o1=a", "a")]
    [InlineData("gpt-4o-latest", "gpt-4o=a", "a")]
    [InlineData("gpt-4o@2024-08-06", "gpt-4o=a", "a")]
    [InlineData("gpt-4o@prod", "GPT-4o=a", "a")]
    [InlineData("gpt-4-0125-preview", "gpt-4=a", "a")]
    // the base model, where exactly one key fits
    [InlineData("gpt-4-turbo", "gpt-4=a", "a")]
    [InlineData("gpt-4-turbo-2024-04-09", "gpt-4=a;gpt-35=b", "a")]
    [InlineData("gpt-4-turbo-mini", "gpt-4=a;gpt-4-turbo=b", "gpt-4-turbo-mini")]
    [InlineData("gpt-4o", "gpt-4=a", "gpt-4o")]
    [InlineData("gpt-4", "gpt-4-turbo=a", "gpt-4")]
    // but a deployment that exists is never replaced by its base model's
    [InlineData("gpt-4o-mini", "gpt-4o=a;small=gpt-4o-mini", "gpt-4o-mini")]
    // the name itself
    [InlineData("other", "gpt-4=a", "other")]
    [InlineData("other", "", "other")]
    // a key's value is not looked up a second time
    [InlineData("x", "x=gpt-4;gpt-4=b", "gpt-4")]
    // a deployment's own name, in its own spelling
    [InlineData("PROD", "chat=prod", "prod")]
    [Trait("Contract", "5.deployments")]
    public void Name_ResolvesByTheContractsOrder(string name, string deployments, string expected) => Assert.Equal(expected, Resolver(deployments).Resolve(name));

    [Fact]
    [Trait("Contract", "5.deployments")]
    public void BaseModel_IsSaidInTheLog()
    {
        using var log = new CapturedLog();
        using var factory = new Microsoft.Extensions.Logging.LoggerFactory([log]);
        new DeploymentResolver(Config("gpt-4=a"), new Microsoft.Extensions.Logging.Logger<DeploymentResolver>(factory)).Resolve("gpt-4-turbo");
        Assert.Contains("'gpt-4-turbo' is not in deployments, 'gpt-4' is the only one of the same base model", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("claude-sonnet-4", null, "anthropic")]
    [InlineData("my-CLAUDE", null, "anthropic")]
    [InlineData("claude-in-name-only", "openai", "openai")]
    [InlineData("sonnet", "anthropic", "anthropic")]
    [InlineData("gpt-4o", null, "openai")]
    [Trait("Contract", "5.claude")]
    public void Family_IsTheConfiguredOne_ElseByName(string deployment, string? family, string expected)
    {
        var config = Config("") with { Deployments = new Dictionary<string, DeploymentConfig> { ["key"] = new(deployment, family) } };
        Assert.Equal(expected, new DeploymentResolver(config, NullLogger<DeploymentResolver>.Instance).FamilyOf(deployment));
    }

    private static DeploymentResolver Resolver(string deployments) => new(Config(deployments), NullLogger<DeploymentResolver>.Instance);

    private static ProviderConfig Config(string deployments) => new()
    {
        Name = "azure",
        Type = ProviderType.AzureOpenAI,
        TypeName = "azure-openai",
        Deployments = deployments.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => new DeploymentConfig(pair[1]), StringComparer.Ordinal),
    };
}
