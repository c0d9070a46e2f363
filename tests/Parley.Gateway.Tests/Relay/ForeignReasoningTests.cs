using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Relay;

/// <summary>A client that was answered by several vendors plays back what each of them signed; a vendor is given its own alone.</summary>
public sealed class ForeignReasoningTests
{
    [Fact]
    public async Task Messages_ThoughtOfAnotherVendor_IsLeftOutAndReported()
    {
        var (sent, answer) = await SendAsync("/v1/messages", "claude-sonnet-4-5", """
            {"model":"m","max_tokens":100,"messages":[{"role":"user","content":"One"},
            {"role":"assistant","content":[{"type":"thinking","thinking":"Not Claude's.","signature":"parley1:openai:s:rs_1:ZW5j"},{"type":"text","text":"1"}]},
            {"role":"user","content":"Two"}]}
            """);
        Assert.DoesNotContain("parley1", sent.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("""[{"type":"text","text":"1"}]""", sent["messages"]![1]!["content"]!.ToJsonString());
        Assert.Equal("messages[1].content[0].reasoning", answer.Header("x-parley-lost"));
    }

    [Fact]
    public async Task Messages_ItsOwnThoughts_AreTheSameBytes()
    {
        const string body = """
            {"model":"claude-sonnet-4-5","max_tokens":100 , "messages":[{"role":"user","content":"One"},
            {"role":"assistant","content":[{"type":"thinking","thinking":"Mine.","signature":"c2ln"},{"type":"text","text":"1"}]},{"role":"user","content":"Two"}]}
            """;
        await using var upstream = await StartAsync();
        await using var gateway = await StartGatewayAsync(upstream, "claude-sonnet-4-5", "claude-sonnet-4-5");
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/messages", body)).Status);
        Assert.Equal(body, System.Text.Encoding.UTF8.GetString(upstream.Received));
    }

    private static async Task<(JsonNode Sent, Wire.Answer Answer)> SendAsync(string path, string upstreamModel, string body)
    {
        await using var upstream = await StartAsync();
        await using var gateway = await StartGatewayAsync(upstream, "m", upstreamModel);
        var answer = await gateway.Client.PostAsync(path, body);
        Assert.Equal(200, answer.Status);
        return (JsonNode.Parse(upstream.Received)!, answer);
    }

    private static async Task<CannedUpstream> StartAsync()
    {
        var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = static context => CannedAnswers.WriteAsync(context, "anthropic");
        return upstream;
    }

    private static Task<GatewayHost> StartGatewayAsync(CannedUpstream upstream, string id, string model) => GatewayHost.StartAsync(new()
    {
        Config = _ => $$"""
            {
              "providers": { "claude": { "type": "anthropic", "baseUrl": "{{upstream.Address}}", "apiKey": "{{Wire.UpstreamKey}}" } },
              "models": [ { "modelId": "{{id}}", "targets": [ { "provider": "claude", "model": "{{model}}" } ] } ]
            }
            """,
    });
}
