using Azure.Core;
using Parley.Gateway.Tests.Harness;
using Parley.Simulator;

namespace Parley.Gateway.Tests.Agents;

/// <summary>A gateway whose agents live in the simulator's Foundry, which counts the threads and conversations that are left behind.</summary>
internal static class AgentGateway
{
    /// <summary>Starts one with these agents: <c>name = kind, id at Foundry</c>.</summary>
    internal static Task<GatewayHost> StartAsync(params (string Name, string Kind, string Id)[] agents) => StartAsync(120, null, agents);

    /// <summary>Starts one with these agents, a time limit and a clock.</summary>
    internal static Task<GatewayHost> StartAsync(double timeoutSeconds, TimeProvider? time, params (string Name, string Kind, string Id)[] agents) => GatewayHost.StartAsync(new()
    {
        Simulator = new SimulatorOptions { PollsUntilDone = 1 },
        Credentials = static _ => new FixedToken(),
        Time = time,
        Config = upstream => $$"""
            {
              "providers": { "lab": { "type": "openai", "baseUrl": "{{upstream}}v1", "apiKey": "sk-upstream-secret-0001" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
              "agents": { {{string.Join(", ", agents.Select(agent => Entry(agent, upstream, timeoutSeconds)))}} }
            }
            """,
    });

    /// <summary>Nothing may be left at Foundry.</summary>
    internal static void AssertNothingLeftAtFoundry(this GatewayHost gateway) =>
        Assert.Equal((0, 0), (gateway.Upstream.LiveThreads, gateway.Upstream.LiveConversations));

    private static string Entry((string Name, string Kind, string Id) agent, string upstream, double timeoutSeconds) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""
        "{{agent.Name}}": { "kind": "{{agent.Kind}}", "projectEndpoint": "{{upstream}}api/projects/lab",
                            "{{(agent.Kind == "foundry" ? "agent" : "agentId")}}": "{{agent.Id}}", "timeoutSeconds": {{timeoutSeconds}} }
        """);

    private sealed class FixedToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("entra-token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Assert.Equal("https://ai.azure.com/.default", Assert.Single(requestContext.Scopes));
            return new(GetToken(requestContext, cancellationToken));
        }
    }
}
