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

    [Fact]
    public async Task Messages_ThoughtThatNobodySigned_IsLeftOutAndReported()
    {
        foreach (var signature in (string[])["\"signature\":\"\"", "\"signature\": \"\""])
        {
            var (sent, answer) = await SendAsync("/v1/messages", "claude-sonnet-4-5", $$"""
                {"model":"m","max_tokens":100,"messages":[{"role":"user","content":"One"},
                {"role":"assistant","content":[{"type":"thinking","thinking":"Nobody's.",{{signature}}},{"type":"text","text":"1"}]},
                {"role":"user","content":"Two"}]}
                """);
            Assert.Equal("""[{"type":"text","text":"1"}]""", sent["messages"]![1]!["content"]!.ToJsonString());
            Assert.Equal("messages[1].content[0].reasoning", answer.Header("x-parley-lost"));
        }
    }

    [Fact]
    public async Task Responses_ThoughtOfAnotherVendor_IsLeftOutAndReported()
    {
        var (sent, answer) = await SendAsync("/v1/responses", "gpt-5-mini", """
            {"model":"m","input":[{"role":"user","content":"One"},
            {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Claude's."}],"encrypted_content":"parley1:anthropic:s::c2ln"},
            {"role":"assistant","content":[{"type":"output_text","text":"1","annotations":[]}]},{"role":"user","content":"Two"}]}
            """, "openai", "v1");
        Assert.Equal(["user", "assistant", "user"], sent["input"]!.AsArray().Select(item => (string?)item!["role"]));
        Assert.DoesNotContain("Claude's.", sent.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("input[1].reasoning", answer.Header("x-parley-lost"));
    }

    [Fact]
    public async Task Gemini_ThoughtOfAnotherVendor_IsLeftOutAndReported()
    {
        var packed = Convert.ToBase64String("parley1:anthropic:s::c2ln"u8);
        var (sent, answer) = await SendAsync("/v1beta/models/m:generateContent", "gemini-2.5-flash", $$"""
            {"contents":[{"role":"user","parts":[{"text":"One"}]},
            {"role":"model","parts":[{"text":"Claude's.","thought":true,"thoughtSignature":"{{packed}}"},{"text":"1"}]},
            {"role":"user","parts":[{"text":"Two"}]}]}
            """, "gemini");
        Assert.Equal("""[{"text":"1"}]""", sent["contents"]![1]!["parts"]!.ToJsonString());
        Assert.Equal("contents[1].parts[0].reasoning", answer.Header("x-parley-lost"));
        Assert.Equal("2", (string?)answer.Json["candidates"]![0]!["content"]!["parts"]![0]!["text"]);
    }

    private const string ChatWithThoughts = """
        {"model":"m","messages":[{"role":"user","content":"One"},
        {"role":"assistant","content":"1","reasoning_content":"Claude's.","reasoning_details":[{"type":"reasoning.text","text":"Claude's.","signature":"c2ln","format":"anthropic-claude-v1","index":0}]},
        {"role":"user","content":"Two"}]}
        """;

    [Fact]
    public async Task Chat_ThoughtsTowardsOpenAI_AreLeftOutAndReported()
    {
        var (sent, answer) = await SendAsync("/v1/chat/completions", "gpt-4o", ChatWithThoughts, "openai", "v1");
        Assert.Equal(["content", "role"], sent["messages"]![1]!.AsObject().Select(member => member.Key).Order());
        Assert.StartsWith("messages[1]", answer.Header("x-parley-lost"), StringComparison.Ordinal);
        Assert.Equal("2", (string?)answer.Json["choices"]![0]!["message"]!["content"]);
    }

    [Fact]
    public async Task Chat_ThoughtsTowardsACompatibleServer_AreTheSameBytes()
    {
        await using var upstream = await StartAsync("openai");
        await using var gateway = await StartGatewayAsync(upstream, "m", "m", "openai-compatible", "v1");
        Assert.Equal(200, (await gateway.Client.PostAsync("/v1/chat/completions", ChatWithThoughts)).Status);
        Assert.Equal(ChatWithThoughts, System.Text.Encoding.UTF8.GetString(upstream.Received));
    }

    private static async Task<(JsonNode Sent, Wire.Answer Answer)> SendAsync(string path, string upstreamModel, string body, string type = "anthropic", string version = "")
    {
        await using var upstream = await StartAsync(type);
        await using var gateway = await StartGatewayAsync(upstream, "m", upstreamModel, type, version);
        var answer = await gateway.Client.PostAsync(path, body);
        Assert.True(answer.Status == 200, answer.Body);
        return (JsonNode.Parse(upstream.Received)!, answer);
    }

    private static async Task<CannedUpstream> StartAsync(string type = "anthropic")
    {
        var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = context => CannedAnswers.WriteAsync(context, type);
        return upstream;
    }

    private static Task<GatewayHost> StartGatewayAsync(CannedUpstream upstream, string id, string model, string type = "anthropic", string version = "") => GatewayHost.StartAsync(new()
    {
        Config = _ => $$"""
            {
              "providers": { "vendor": { "type": "{{type}}", "baseUrl": "{{upstream.Address}}{{version}}", "apiKey": "{{Wire.UpstreamKey}}" } },
              "models": [ { "modelId": "{{id}}", "targets": [ { "provider": "vendor", "model": "{{model}}" } ] } ]
            }
            """,
    });
}
