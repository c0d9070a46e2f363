using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>A gateway with a provider of every type in front of one simulator, and a model for every <see cref="ProviderTarget"/>.</summary>
internal static class TranslationGateway
{
    /// <summary>Begins every upstream key: whatever a caller gets to see must not hold it.</summary>
    internal const string KeyMark = "upstream-key-mark";

    /// <summary>Starts it. <paramref name="models"/> are further entries of the catalogue, <paramref name="sections"/> of the file, each ending without a comma; <paramref name="providerSettings"/> are further keys of every provider, each ending with one.</summary>
    internal static Task<GatewayHost> StartAsync(string models = "", string sections = "", string modelSettings = "", string providerSettings = "") =>
        StartAsync(null, models, sections, modelSettings, providerSettings);

    /// <summary>The same in front of a provider that answers what the test says; in front of the simulator when null.</summary>
    internal static Task<GatewayHost> StartAsync(
        CannedUpstream? upstream, string models = "", string sections = "", string modelSettings = "", string providerSettings = "") => GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = address => $$"""
            {
              "providers": {{Providers(upstream?.Address ?? address, providerSettings)}},
              "models": [ {{string.Join(",", ProviderTarget.All.Select(target => Model(target.Id, modelSettings, target)))}}{{(models.Length > 0 ? "," : "")}}{{models}} ]
              {{(sections.Length > 0 ? "," : "")}}{{sections}}
            }
            """,
        });

    /// <summary>An entry of the catalogue whose targets are tried in this order.</summary>
    internal static string Model(string id, string settings, params ProviderTarget[] targets) => $$"""
        { "modelId": "{{id}}"{{(settings.Length > 0 ? "," : "")}}{{settings}}, "targets": [ {{string.Join(",", targets.Select((target, index) =>
            $$"""{ "provider": "{{target.Provider}}", "model": "{{target.Model}}", "priority": {{index + 1}} }"""))}} ] }
        """;

    internal static Task<Wire.Answer> AskAsync(this GatewayHost gateway, CallerSurface surface, string model, string text = "tell me a little more", string more = "") =>
        gateway.Client.PostAsync(surface.PathOf(model), surface.BodyOf(model, text, more));

    /// <summary>What the simulator was sent last, as JSON.</summary>
    internal static JsonNode Sent(this GatewayHost gateway) => JsonNode.Parse(gateway.Upstream.Log.Last.Body.Span)!;

    internal static string RequestId(this Wire.Answer answer) => answer.Header("x-request-id")!;

    private static string Providers(string address, string settings) => $$"""
        {
          "openai": { {{settings}}"type": "openai", "baseUrl": "{{address}}v1", "apiKey": "sk-{{KeyMark}}-openai" },
          "anthropic": { {{settings}}"type": "anthropic", "baseUrl": "{{address}}", "apiKey": "sk-ant-{{KeyMark}}" },
          "foundry": { {{settings}}"type": "azure-openai", "endpoint": "{{address}}", "auth": { "kind": "api-key", "value": "{{KeyMark}}-azure" },
                       "deployments": { "claude-sonnet-4-5": { "deployment": "sim-assistant", "family": "anthropic" } } },
          "bedrock": { {{settings}}"type": "bedrock", "baseUrl": "{{address}}", "region": "eu-central-1", "accessKeyId": "AKIASIMULATED", "secretAccessKey": "secret" },
          "gemini": { {{settings}}"type": "gemini", "baseUrl": "{{address}}", "apiKey": "{{KeyMark}}-gemini" }
        }
        """;
}
