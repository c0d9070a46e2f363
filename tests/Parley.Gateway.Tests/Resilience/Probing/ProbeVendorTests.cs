using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Tests.Resilience.Webhooks;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience.Probing;

/// <summary>Every vendor is asked at the right place, in words that it takes, with its own credential.</summary>
public sealed class ProbeVendorTests
{
    private const string Key = "sk-upstream-secret-0001";

    public static TheoryData<string, string, string, string> Probes() => new()
    {
        // provider, kind, model, what the simulator is asked
        { "\"type\":\"openai\",\"baseUrl\":\"@v1\",\"apiKey\":\"" + Key + "\"", "models", "gpt-4o", "GET /v1/models" },
        { "\"type\":\"openai\",\"baseUrl\":\"@v1\",\"apiKey\":\"" + Key + "\"", "call", "gpt-4o", "POST /v1/chat/completions" },
        { "\"type\":\"openai\",\"baseUrl\":\"@v1\",\"apiKey\":\"" + Key + "\"", "call", "gpt-5-mini", "POST /v1/responses" },
        { "\"type\":\"openai-compatible\",\"baseUrl\":\"@v1\",\"apiKey\":\"" + Key + "\"", "call", "gpt-5-mini", "POST /v1/chat/completions" },
        { "\"type\":\"openai\",\"baseUrl\":\"@v1\",\"apiKey\":\"" + Key + "\"", "call", "text-embedding-3-small", "POST /v1/embeddings" },
        { "\"type\":\"azure-openai\",\"endpoint\":\"@\",\"apiKey\":\"" + Key + "\",\"urlStyle\":\"v1\"", "models", "gpt-4o", "GET /openai/v1/models" },
        { "\"type\":\"azure-openai\",\"endpoint\":\"@\",\"apiKey\":\"" + Key + "\",\"urlStyle\":\"classic\"", "models", "gpt-4o", "GET /openai/models?api-version=2024-10-21" },
        { "\"type\":\"azure-openai\",\"endpoint\":\"@\",\"apiKey\":\"" + Key + "\",\"urlStyle\":\"classic\"", "call", "gpt-4o", "POST /openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21" },
        { "\"type\":\"anthropic\",\"baseUrl\":\"@\",\"apiKey\":\"" + Key + "\"", "models", "claude-sonnet-4-5", "GET /v1/models" },
        { "\"type\":\"anthropic\",\"baseUrl\":\"@\",\"apiKey\":\"" + Key + "\"", "call", "claude-sonnet-4-5", "POST /v1/messages" },
        { "\"type\":\"gemini\",\"baseUrl\":\"@\",\"apiKey\":\"" + Key + "\"", "models", "gemini-2.5-flash", "GET /v1beta/models" },
        { "\"type\":\"gemini\",\"baseUrl\":\"@\",\"apiKey\":\"" + Key + "\"", "call", "gemini-2.5-flash", "POST /v1beta/models/gemini-2.5-flash:generateContent" },
        { "\"type\":\"gemini\",\"baseUrl\":\"@\",\"apiKey\":\"" + Key + "\"", "call", "gemini-embedding-001", "POST /v1beta/models/gemini-embedding-001:batchEmbedContents" },
        // Its runtime host has no list of models.
        { Bedrock, "models", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "POST /model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse" },
        { Bedrock, "call", "amazon.titan-embed-text-v2:0", "POST /model/amazon.titan-embed-text-v2%3A0/invoke" },
        { Bedrock, "call", "cohere.embed-english-v3", "POST /model/cohere.embed-english-v3/invoke" },
    };

    private const string Bedrock = "\"type\":\"bedrock\",\"baseUrl\":\"@\",\"region\":\"eu-central-1\",\"accessKeyId\":\"AKIASIMULATED\",\"secretAccessKey\":\"secret\"";

    [Theory]
    [MemberData(nameof(Probes))]
    public async Task Probe_IsAskedWhereTheVendorAnswers(string provider, string kind, string model, string asked)
    {
        // AWS refuses a signature whose time is not its own, and so does the simulator.
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        await using var gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Time = time,
            Config = upstream => $$"""
                {
                  "providers": { "p": { {{provider.Replace("@", upstream, StringComparison.Ordinal)}}, "probe": { "kind": "{{kind}}", "intervalSeconds": 10 } } },
                  "models": [ { "modelId": "m", "targets": [ { "provider": "p", "model": "{{model}}" } ] } ]
                }
                """,
        });
        await WebhookTests.AdvanceUntilAsync(time, TimeSpan.FromMilliseconds(500), () => gateway.Upstream.Log.Count > 0);

        var request = gateway.Upstream.Log.Requests[0];
        Assert.Equal(asked, $"{request.Method} {request.PathAndQuery}");
        Assert.False(request.KeyInUrl);
        var limit = GatewayCalls.Limit();
        Wire.Answer target;
        while ((string?)(target = await gateway.Client.FetchAsync("/admin/targets/p/" + Uri.EscapeDataString(model))).Json["state"] == "unknown")
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit);
        Assert.True((string?)target.Json["state"] == "healthy", target.Body + string.Join('\n', gateway.Log.Lines.Where(line => line.Contains("probe", StringComparison.OrdinalIgnoreCase))));
        // Healthy by an answer, not by a refusal.
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("says nothing of its health", StringComparison.Ordinal));
        gateway.Log.AssertKeptSecret();
    }
}
