using System.Text;
using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Relay;

/// <summary>What a model would answer 400 to although caller and provider speak one dialect, and no edit of single members mends.</summary>
public sealed class StructuralQuirksTests
{
    public static TheoryData<string, string, string, string, string, string> Refused() => new()
    {
        // path, provider, upstream model, request, what is sent in its place, what is reported
        {
            "/v1/chat/completions", "openai", "o1-mini", """{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]}""",
            """{"model":"o1-mini","messages":[{"role":"user","content":[{"type":"text","text":"Be brief."},{"type":"text","text":"Hi"}]}]}""", "messages[0].role"
        },
        {
            "/v1/chat/completions", "openai", "o3", """{"model":"m","messages":[{"role":"user","content":"Hi"}],"reasoning_effort":"minimal"}""",
            """{"model":"o3","messages":[{"role":"user","content":"Hi"}],"reasoning_effort":"low"}""", "reasoning_effort"
        },
        {
            "/v1/responses", "openai", "gpt-5", """{"model":"m","input":"Hi","reasoning":{"effort":"xhigh"}}""",
            """{"model":"gpt-5","input":"Hi","reasoning":{"effort":"high"}}""", "reasoning.effort"
        },
        {
            "/v1/messages", "anthropic", "claude-opus-4-6", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"{"}]}""",
            """{"model":"claude-opus-4-6","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", "messages[1].prefill"
        },
        {
            "/v1beta/models/m:generateContent", "gemini", "gemini-2.5-flash",
            """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"maxOutputTokens":60000,"thinkingConfig":{"thinkingBudget":50000}}}""",
            """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"maxOutputTokens":60000,"thinkingConfig":{"thinkingBudget":24576}}}""", "generationConfig.thinkingConfig.thinkingBudget"
        },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Refused_InItsOwnDialect_IsMendedAndReported(string path, string provider, string model, string request, string sent, string lost)
    {
        var (received, answer) = await SendAsync(path, provider, model, request, "drop");
        Assert.Equal(200, answer.Status);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sent), JsonNode.Parse(received)), received);
        Assert.Equal(lost, answer.Header("x-parley-lost"));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Refused_WherePolicyRejects_IsTheCallers400(string path, string provider, string model, string request, string sent, string lost)
    {
        _ = sent;
        var (received, answer) = await SendAsync(path, provider, model, request, "reject");
        Assert.Equal((400, ""), (answer.Status, received));
        Assert.Contains(lost, answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Refused_WherePolicyPasses_IsSentAsItCame(string path, string provider, string model, string request, string sent, string lost)
    {
        _ = (sent, lost);
        var (received, answer) = await SendAsync(path, provider, model, request, "pass");
        Assert.Equal((200, request.Replace("\"m\"", $"\"{model}\"", StringComparison.Ordinal)), (answer.Status, received));
        Assert.Null(answer.Header("x-parley-lost"));
    }

    [Fact]
    public async Task ToolWithAPropertyNamedRole_IsNoStartedAnswer()
    {
        const string Request = """{"model":"claude-opus-4-6","max_tokens":9 ,"messages":[{"role":"assistant","content":"Hello"},{"role":"user","content":"Hi"}],"tools":[{"name":"f","input_schema":{"type":"object","properties":{"role":{"enum":["assistant"]}}}}]}""";
        var (received, _) = await SendAsync("/v1/messages", "anthropic", "claude-opus-4-6", Request, "drop", "claude-opus-4-6");
        Assert.Equal(Request, received);
    }

    private static async Task<(string Received, Wire.Answer Answer)> SendAsync(string path, string provider, string model, string request, string policy, string id = "m")
    {
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = context => CannedAnswers.WriteAsync(context, provider);
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = _ => $$"""
                {
                  "providers": { "it": { "type": "{{provider}}", "baseUrl": "{{upstream.Address}}{{(provider == "openai" ? "v1" : "")}}", "apiKey": "{{Wire.UpstreamKey}}" } },
                  "models": [ { "modelId": "{{id}}", "onUnsupported": "{{policy}}", "targets": [ { "provider": "it", "model": "{{model}}" } ] } ]
                }
                """,
        });
        var answer = await gateway.Client.PostAsync(path, request);
        return (Encoding.UTF8.GetString(upstream.Received), answer);
    }
}
