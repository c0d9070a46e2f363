using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers.Anthropic;
using Parley.Gateway.Providers.Azure;
using Parley.Gateway.Providers.Bedrock;
using Parley.Gateway.Providers.Gemini;
using Parley.Gateway.Providers.OpenAI;
using Parley.Gateway.Providers.Simulator;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Providers;

/// <summary>Configured provider → the vendor's class. The one place that knows all vendors.</summary>
internal sealed class ProviderFactory(UpstreamTransports transports, EntraTokenSources tokens, AwsCredentialChain aws, TargetStates states, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>The name of the provider behind <c>parley/echo</c>.</summary>
    internal const string SimulatorName = "simulator";

    internal Provider Create(ProviderConfig config)
    {
        var transport = transports.For(config);
        var targets = states.For(config);
        return config.Type switch
        {
            ProviderType.OpenAI or ProviderType.OpenAICompatible => new OpenAIProvider(config, transport, new AzureCredential(config, tokens.For(config))) { Targets = targets },
            ProviderType.AzureOpenAI => new AzureOpenAIProvider(
                config,
                transport,
                new DeploymentResolver(config, loggers.CreateLogger<DeploymentResolver>()),
                new AzureCredential(config, tokens.For(config)))
            { Targets = targets },
            ProviderType.Simulator => new SimulatorProvider(config with { MissingCredential = transports.HasSimulator ? null : "this host has no simulator" }, transport) { Targets = targets },
            ProviderType.Anthropic => new AnthropicProvider(config, transport) { Targets = targets },
            ProviderType.Gemini => new GeminiProvider(config, transport) { Targets = targets },
            ProviderType.Bedrock => new BedrockProvider(config, transport, new BedrockSigner(config, new AwsCredentialSource(config, aws.ResolveAsync, time, loggers.CreateLogger<AwsCredentialSource>()), time)) { Targets = targets },
            _ => throw new InvalidOperationException($"Provider type {config.Type} has no class."),
        };
    }

    /// <summary>The simulator that answers <c>parley/echo</c>.</summary>
    internal Provider CreateSimulator() => Create(new ProviderConfig
    {
        Name = SimulatorName,
        Type = ProviderType.Simulator,
        TypeName = "simulator",
        Http = new HttpConfig { Version = HttpVersionConfig.Http11 },
    });

    /// <summary>Stands for a provider that a model names and nobody configured: it is listed, and says what is missing.</summary>
    internal Provider CreateMissing(TargetConfig target)
    {
        var config = new ProviderConfig
        {
            Name = target.Provider,
            Type = ProviderType.OpenAICompatible,
            TypeName = target.Provider,
            MissingCredential = target.Missing ?? $"provider '{target.Provider}' is not configured",
        };
        return new MissingProvider(config, transports.For(config)) { Targets = states.For(config) };
    }
}
