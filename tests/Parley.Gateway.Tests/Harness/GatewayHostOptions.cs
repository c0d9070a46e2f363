using Parley.Simulator;

namespace Parley.Gateway.Tests.Harness;

/// <summary>What a test wants of its gateway.</summary>
internal sealed record GatewayHostOptions
{
    /// <summary>Address of the simulated provider (with a trailing slash) → text of <c>parley.json</c>.</summary>
    internal Func<string, string> Config { get; init; } = static upstream => $$"""
        {
          "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{upstream}}v1", "apiKey": "sk-upstream-secret-0001" } },
          "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ]
        }
        """;

    /// <summary>The environment beside the admin key.</summary>
    internal IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    internal SimulatorOptions Simulator { get; init; } = new();

    /// <summary>A simulator that several gateways share; null for one of its own.</summary>
    internal SimulatorHost? Upstream { get; init; }

    /// <summary>The gateway's clock; null for the real one.</summary>
    internal TimeProvider? Time { get; init; }
}
