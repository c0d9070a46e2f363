using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.SimpleApi;

/// <summary>A gateway with every kind of provider in front of one simulator, and the models that a test names.</summary>
internal static class SimpleHost
{
    /// <summary>A picture of one dot.</summary>
    internal const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    /// <param name="models">The entries of <c>models</c>.</param>
    /// <param name="sections">Further sections, each beginning with a comma.</param>
    internal static Task<GatewayHost> StartAsync(string models, string sections = "") => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Config = upstream => $$"""{ "providers": {{Providers(upstream)}}, "models": [ {{models}} ] {{sections}} }""",
    });

    /// <summary>Providers of the names that the short form means, all at the simulator's address.</summary>
    internal static string Providers(string upstream) => $$"""
        {
          "openai": { "type": "openai", "baseUrl": "{{upstream}}v1", "apiKey": "{{Wire.UpstreamKey}}" },
          "azure": { "type": "azure-openai", "endpoint": "{{upstream}}", "apiKey": "{{Wire.UpstreamKey}}" },
          "anthropic": { "type": "anthropic", "baseUrl": "{{upstream}}", "apiKey": "{{Wire.UpstreamKey}}" },
          "bedrock": { "type": "bedrock", "baseUrl": "{{upstream}}", "region": "us-east-1", "accessKeyId": "AKIASIMULATED", "secretAccessKey": "secret" },
          "gemini": { "type": "gemini", "baseUrl": "{{upstream}}", "apiKey": "{{Wire.UpstreamKey}}" },
          "groq": { "type": "groq", "baseUrl": "{{upstream}}v1", "apiKey": "{{Wire.UpstreamKey}}" }
        }
        """;

    /// <summary>An entry with one target.</summary>
    internal static string Model(string provider, string model, string more = "", string id = "m") =>
        $$"""{ "modelId": "{{id}}", "targets": [ { "provider": "{{provider}}", "model": "{{model}}" } ] {{more}} }""";

    internal static Task<Wire.Answer> AskAsync(this HttpClient client, string modelId, string prompt = "hello") =>
        client.PostAsync("/api/chat", new JsonObject { ["prompt"] = prompt, ["modelId"] = modelId }.ToJsonString());

    internal static Task<Wire.Answer> LookAsync(this HttpClient client, string modelId, string image = Png, string? type = null)
    {
        var body = new JsonObject { ["prompt"] = "what is this?", ["imageContent"] = image, ["modelId"] = modelId };
        if (type is not null) body["imageMediaType"] = type;
        return client.PostAsync("/api/chat/vision", body.ToJsonString());
    }

    /// <summary>What the simulator was sent last, as JSON.</summary>
    internal static JsonNode Sent(this GatewayHost gateway) => JsonNode.Parse(gateway.Upstream.Log.Last.Body.Span)!;

    /// <summary>Checks the whole body of an error, and gives its text.</summary>
    internal static string AssertError(this Wire.Answer answer, int status)
    {
        Assert.Equal((status, "application/json"), (answer.Status, answer.Header("Content-Type")));
        Assert.Equal(["error"], answer.Json.AsObject().Select(static member => member.Key));
        Assert.DoesNotContain(Wire.UpstreamKey, answer.Body, StringComparison.Ordinal);
        return answer.Json["error"]!.GetValue<string>();
    }
}
