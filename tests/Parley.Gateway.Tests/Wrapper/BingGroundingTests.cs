using System.Text;
using System.Text.Json;
using Azure.Core;
using Parley.Gateway.Tests.Agents;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Wrapper;
using Parley.Simulator;

namespace Parley.Gateway.Tests.Wrapper;

[Trait("Contract", "4.bing-grounding")]
public sealed class BingGroundingTests
{
    private const string Web = """{"id":1,"type":"url","url":"https://example.com/one","title":"Example One"},{"id":2,"type":"url","url":"https://example.com/two?a=1&b=%202","title":"Example \"Two\""}""";
    private const string Searches = """[{"query":"what is new?","url":"https://www.bing.com/search?q=what%20is%20new%3F"}]""";
    private const string Text = "[simulated] what is new? More of it, as the first says, and a file. Nobody cites this.";
    private const string Path = "/bing-grounding?query=what%20is%20new%3F";

    [Theory]
    [InlineData("asst_bing", "What the notes say.")]
    [InlineData("bing", "notes.txt")]
    [Trait("Contract", "4.variables")]
    public async Task Ground_AgentOfTheVariables_AnswersWithNumberedSources(string id, string file)
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Simulator = new SimulatorOptions { PollsUntilDone = 1 },
            Credentials = static _ => new Token(),
            Variables = new Dictionary<string, string> { ["AZURE_AI_PROJECT_ENDPOINT"] = "{upstream}api/projects/lab", ["AZURE_AI_AGENT_ID"] = id },
        });
        using var client = await gateway.KeyAsync();
        var answer = await client.FetchAsync(new HttpRequestMessage(HttpMethod.Post, Path));
        Assert.Equal((200, "application/json"), (answer.Status, answer.Header("Content-Type")));
        Assert.Equal($$"""{"content":"{{Text}}","citations":[{{Web}},{"id":3,"type":"file","quote":"{{file}}"}],"searches":{{Searches}}}""", answer.Body);
        gateway.AssertNothingLeftAtFoundry();
    }

    [Fact]
    public async Task Ground_NoSearches_HasNoSuchMember()
    {
        await using var gateway = await AgentGateway.StartAsync(("bing-grounding", "foundry", "plain"));
        var answer = await gateway.Client.FetchAsync(new HttpRequestMessage(HttpMethod.Post, Path));
        Assert.Equal((200, """{"content":"[simulated] what is new?","citations":[]}"""), (answer.Status, answer.Body));
    }

    [Fact]
    [Trait("Contract", "4.errors")]
    public async Task Ground_NotConfigured_Is503NamingTheVariables()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Variables = new Dictionary<string, string> { ["AZURE_AI_AGENT_ID"] = "asst_1" } });
        var answer = await gateway.Client.FetchAsync(new HttpRequestMessage(HttpMethod.Post, Path));
        Assert.Equal(
            (503, """{"detail":"The agent 'bing-grounding' is not configured. Set AZURE_AI_PROJECT_ENDPOINT and AZURE_AI_AGENT_ID, or write an agent of that name under \"agents\" in parley.json."}"""),
            (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("", """{"type":"missing","loc":["query","query"],"msg":"Field required","input":null}""")]
    [InlineData("?query=", """{"type":"string_too_short","loc":["query","query"],"msg":"String should have at least 1 character","input":""}""")]
    [Trait("Contract", "4.errors")]
    public async Task Ground_WrongQuestion_Is422(string query, string detail)
    {
        await using var gateway = await AgentGateway.StartAsync(("bing-grounding", "foundry", "plain"));
        var answer = await gateway.Client.FetchAsync(new HttpRequestMessage(HttpMethod.Post, "/bing-grounding" + query));
        Assert.Equal((422, $$"""{"detail":[{{detail}}]}"""), (answer.Status, answer.Body));
    }

    [Fact]
    [Trait("Contract", "4.errors")]
    public void Query_TooLong_IsSaidWithoutIt()
    {
        var fault = InvalidInput.OfQuery(new string('x', 32_001))!.Value;
        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written)) InvalidInput.Write(writer, [fault]);
        Assert.Equal(
            """{"detail":[{"type":"string_too_long","loc":["query","query"],"msg":"String should have at most 32000 characters","input":null}]}""", Encoding.UTF8.GetString(written.ToArray()));
        Assert.Null(InvalidInput.OfQuery(new string('x', 32_000)));
    }

    [Theory]
    [InlineData("401", 401)]
    [InlineData("403", 500)]
    [InlineData("429", 429)]
    [InlineData("503", 503)]
    [InlineData("404", 500)]
    [InlineData("close-headers", 503)]
    [InlineData("failed", 500)]
    [InlineData("failed-rate_limit_exceeded", 429)]
    [InlineData("failed-content_filter", 500)]
    [Trait("Contract", "4.errors")]
    public async Task Ground_AgentFails_IsThatStatusWithADetail(string fault, int status)
    {
        await using var gateway = await AgentGateway.StartAsync(("bing-grounding", "foundry", $"sim-fault-{fault}"));
        var answer = await gateway.Client.FetchAsync(new HttpRequestMessage(HttpMethod.Post, Path));
        Assert.Equal(status, answer.Status);
        Assert.Equal(["detail"], answer.Json.AsObject().Select(static member => member.Key));
        Assert.NotEmpty(answer.Json["detail"]!.GetValue<string>());
        gateway.AssertNothingLeftAtFoundry();
    }

    [Fact]
    [Trait("Contract", "4.errors")]
    public async Task Ground_WrongMethodOrNoKey_HasTheSameShape()
    {
        await using var gateway = await AgentGateway.StartAsync(("bing-grounding", "foundry", "plain"));
        using var nobody = gateway.CreateClient(null);
        foreach (var (client, method, status) in ((HttpClient, HttpMethod, int)[])[(gateway.Client, HttpMethod.Get, 405), (nobody, HttpMethod.Post, 401)])
        {
            var answer = await client.FetchAsync(new HttpRequestMessage(method, Path));
            Assert.Equal(status, answer.Status);
            Assert.Equal(["detail"], answer.Json.AsObject().Select(static member => member.Key));
        }
    }

    private sealed class Token : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("entra-token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
