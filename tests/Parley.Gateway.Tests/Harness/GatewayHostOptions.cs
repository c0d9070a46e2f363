using Azure.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Configuration;
using Parley.Gateway.Egress;
using Parley.Simulator;

namespace Parley.Gateway.Tests.Harness;

/// <summary>What a test wants of its gateway.</summary>
internal sealed record GatewayHostOptions
{
    /// <summary>Address of the simulated provider (with a trailing slash) → text of <c>parley.json</c>; null for no file.</summary>
    internal Func<string, string>? Config { get; init; } = static upstream => $$"""
        {
          "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "sk-upstream-secret-0001" } },
          "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ]
        }
        """;

    /// <summary>Text of <c>models_config.json</c>; null for no file.</summary>
    internal string? ModelsConfig { get; init; }

    /// <summary>The environment beside the admin key; <c>{upstream}</c> in a value is the simulated provider's address.</summary>
    internal IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    internal SimulatorOptions Simulator { get; init; } = new();

    /// <summary>A simulator that several gateways share; null for one of its own.</summary>
    internal SimulatorHost? Upstream { get; init; }

    /// <summary>Endpoints beside the gateway's own, for what no surface shows.</summary>
    internal Action<IEndpointRouteBuilder>? Map { get; init; }

    /// <summary>Services beside the gateway's own, or in place of those that it lets a host bring.</summary>
    internal Action<IServiceCollection>? Services { get; init; }

    /// <summary>In place of Azure.Identity's credentials; null for those.</summary>
    internal Func<ProviderAuthConfig, TokenCredential>? Credentials { get; init; }

    /// <summary>In place of the machine's network for what callers name by address; null for that.</summary>
    internal EgressNetwork? Network { get; init; }

    /// <summary>A working directory that outlives the gateway, for a second start; null for a temporary one.</summary>
    internal string? Directory { get; init; }

    /// <summary>The gateway's clock; null for the real one.</summary>
    internal TimeProvider? Time { get; init; }
}
