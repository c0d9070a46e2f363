using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Telemetry;

/// <summary>What may be in a log line, at Debug: never a prompt, an answer or a key.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task Log_OfEveryKindOfCall_HoldsNeitherPromptsNorKeys()
    {
        var variables = new Dictionary<string, string> { ["FIXED_KEY"] = $"{Wire.CallerKey}-fixed-0001" };
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Variables = variables,
            Config = up => $$"""
                {
                  "providers": { "lab": { "type": "openai-compatible", "baseUrl": "{{up}}v1", "apiKeys": ["{{Wire.UpstreamKey}}", "{{Wire.UpstreamKey}}-b"] } },
                  "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
                  "keys": [ { "name": "old", "key": "${FIXED_KEY}" } ]
                }
                """,
        });
        using var old = gateway.CreateClient(variables["FIXED_KEY"]);
        using var wrong = gateway.CreateClient($"{Wire.CallerKey}-that-is-not-ours");
        using var made = await gateway.KeyAsync();
        foreach (var client in (HttpClient[])[old, wrong, made])
        {
            foreach (var fault in (string[])["none", "401", "429", "500", "close-headers", "cut-connection", "error-event", "malformed-chunk", "error-body"])
            {
                gateway.Upstream.Faults.Always(fault);
                await TryAsync(client, "/v1/chat/completions", Wire.Chat("gpt"));
                await TryAsync(client, "/v1/chat/completions", Wire.Chat("gpt", ",\"stream\":true"));
                await TryAsync(client, $"/v1/responses?code={Wire.CallerKey}-in-the-query&key={Wire.CallerKey}", Wire.Responses("gpt", ",\"stream\":true"));
                await TryAsync(client, "/v1/embeddings", $"{{\"input\":\"{Wire.Prompt}\"");
            }
        }

        await File.WriteAllTextAsync(gateway.ConfigFile, $"{{ \"providers\": {{ \"lab\": {{ \"type\": \"openai\", \"apiKey\": \"{Wire.UpstreamKey}\", \"apiKeyy\": \"{Wire.UpstreamKey}\" }} }} }}");
        Assert.Equal(400, (await gateway.Client.PostAsync("/admin/reload", "")).Status);
        Assert.NotEmpty(gateway.Log.Lines);
        gateway.Log.AssertKeptSecret();
    }

    private static async Task TryAsync(HttpClient client, string path, string body)
    {
        try
        {
            await client.PostAsync(path, body);
        }
        catch (HttpRequestException)
        {
            // A broken answer is broken for the caller too.
        }
    }
}
