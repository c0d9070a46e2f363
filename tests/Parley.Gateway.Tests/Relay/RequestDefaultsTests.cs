using System.Text;
using System.Text.Json.Nodes;
using Parley.Gateway.Configuration;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Tests.Routing;

namespace Parley.Gateway.Tests.Relay;

/// <summary>The operator's defaults as the provider receives them: whole bodies, spliced and translated, on every surface.</summary>
public sealed class RequestDefaultsTests
{
    private const string Chat = "/v1/chat/completions", Responses = "/v1/responses", Messages = "/v1/messages", Gemini = "/v1beta/models/m:generateContent";
    private const string All = """{ "temperature": 0.2, "maxTokens": 64, "system": "Be \"brief\"." }""";

    public static TheoryData<string, string, string, string, string> Spliced => new()
    {
        // path, provider, upstream model, request, what is sent
        // Only the missing is added, every other byte as it came.
        { Chat, "openai", "gpt-4o", """{"model":"m", "messages":[ {"role":"user","content":"\u0048i"} ],"seed":1.50, "x_unknown":{"a":[1e3]}}""", """{"temperature":0.2,"max_tokens":64,"model":"gpt-4o", "messages":[{"role":"system","content":"Be \"brief\"."}, {"role":"user","content":"\u0048i"} ],"seed":1.50, "x_unknown":{"a":[1e3]}}""" },
        { Chat, "openai", "gpt-4o", """{"model":"m","messages":[{"role":"system","content":"mine"},{"role":"user","content":"Hi"}],"temperature":1.0,"max_tokens":5}""", """{"model":"gpt-4o","messages":[{"role":"system","content":"mine"},{"role":"user","content":"Hi"}],"temperature":1.0,"max_tokens":5}""" },
        { Chat, "openai", "o3", """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", """{"max_completion_tokens":64,"model":"o3","messages":[{"role":"developer","content":"Be \"brief\"."},{"role":"user","content":"Hi"}]}""" },
        { Responses, "openai", "gpt-4o", """{"model":"m","input":"Hi","store":false}""", """{"temperature":0.2,"max_output_tokens":64,"instructions":"Be \"brief\".","model":"gpt-4o","input":"Hi","store":false}""" },
        { Messages, "anthropic", "claude-sonnet-4-5", """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", """{"temperature":0.2,"system":"Be \"brief\".","model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""" },
        { Messages, "anthropic", "claude-opus-4-7", """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", """{"max_tokens":64,"system":"Be \"brief\".","model":"claude-opus-4-7","messages":[{"role":"user","content":"Hi"}]}""" },
        { Gemini, "gemini", "gemini-2.5-flash", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"topK":3}}""", """{"systemInstruction":{"parts":[{"text":"Be \"brief\"."}]},"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"temperature":0.2,"maxOutputTokens":64,"topK":3}}""" },
    };

    public static TheoryData<string, string, string, string, string> Written => new()
    {
        // Mended in its own dialect: written anew, with the defaults.
        { Chat, "openai", "o1-mini", """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", """{"model":"o1-mini","messages":[{"role":"user","content":[{"type":"text","text":"Be \"brief\"."},{"type":"text","text":"Hi"}]}],"max_completion_tokens":64}""" },
        // Translated.
        { Chat, "anthropic", "claude-sonnet-4-5", """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", """{"model":"claude-sonnet-4-5","system":"Be \"brief\".","messages":[{"role":"user","content":"Hi"}],"max_tokens":64,"temperature":0.2}""" },
        { Chat, "anthropic", "claude-opus-4-7", """{"model":"m","messages":[{"role":"developer","content":"mine"},{"role":"user","content":"Hi"}]}""", """{"model":"claude-opus-4-7","system":"mine","messages":[{"role":"user","content":"Hi"}],"max_tokens":64}""" },
        { Responses, "anthropic", "claude-sonnet-4-5", """{"model":"m","input":"Hi","max_output_tokens":20}""", """{"model":"claude-sonnet-4-5","system":"Be \"brief\".","messages":[{"role":"user","content":"Hi"}],"max_tokens":20,"temperature":0.2}""" },
        { Messages, "gemini", "gemini-2.5-flash", """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", """{"systemInstruction":{"parts":[{"text":"Be \"brief\"."}]},"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"maxOutputTokens":64,"temperature":0.2}}""" },
        { Gemini, "openai", "gpt-4o", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""", """{"model":"gpt-4o","messages":[{"role":"system","content":"Be \"brief\"."},{"role":"user","content":"Hi"}],"max_completion_tokens":64,"temperature":0.2}""" },
    };

    [Theory]
    [MemberData(nameof(Spliced))]
    public async Task Defaults_OfASplice_AreAddedAndNothingElseIsChanged(string path, string provider, string model, string request, string sent)
    {
        var (received, answer) = await SendAsync(path, provider, model, request);
        Assert.Equal((200, sent, null), (answer.Status, received, answer.Header("x-parley-lost")));
    }

    [Theory]
    [MemberData(nameof(Written))]
    public async Task Defaults_OfATranslation_AreWrittenAndAreNoLoss(string path, string provider, string model, string request, string sent)
    {
        var (received, answer) = await SendAsync(path, provider, model, request);
        Assert.Equal((200, null), (answer.Status, answer.Header("x-parley-lost")));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sent), JsonNode.Parse(received)), received);
    }

    private static async Task<(string Received, Wire.Answer Answer)> SendAsync(string path, string provider, string model, string request)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, provider, model, $"\"defaults\": {All}, \"onLoss\": \"reject\", \"onUnsupported\": \"reject\"");
        var answer = await gateway.Client.PostAsync(path, request);
        return (Encoding.UTF8.GetString(upstream.Received), answer);
    }

    [Theory]
    [MemberData(nameof(Spliced))]
    [MemberData(nameof(Written))]
    public async Task Requests_WithoutDefaults_AreLeftAlone(string path, string provider, string model, string request, string sent)
    {
        _ = sent;
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, provider, model, "\"defaults\": {}");
        await gateway.Client.PostAsync(path, request);
        Assert.DoesNotContain("brief", Encoding.UTF8.GetString(upstream.Received), StringComparison.Ordinal);
        Assert.DoesNotMatch(":64[,}]", Encoding.UTF8.GetString(upstream.Received));
    }

    [Fact]
    public async Task Defaults_OfAnAlias_ComeBeforeItsModels()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "openai", "gpt-4o", $"\"defaults\": {All}");
        gateway.UseAliases(
            AliasGateway.Alias("cool", ("m", 1)) with { Defaults = new RequestDefaults { Temperature = 0 } },
            AliasGateway.Alias("plain", ("m", 1)),
            AliasGateway.Alias("direct", ("it/gpt-4o", 1)) with { Defaults = new RequestDefaults { System = "Be kind." } });
        foreach (var (name, sent) in new[]
        {
            ("cool", """{"temperature":0,"max_tokens":64,"model":"gpt-4o","messages":[{"role":"system","content":"Be \"brief\"."},{"role":"user","content":"Hi"}]}"""),
            ("plain", """{"temperature":0.2,"max_tokens":64,"model":"gpt-4o","messages":[{"role":"system","content":"Be \"brief\"."},{"role":"user","content":"Hi"}]}"""),
            ("direct", """{"model":"gpt-4o","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi"}]}"""),
            ("it/gpt-4o", """{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}"""),
        })
        {
            await gateway.Client.PostAsync(Chat, $$"""{"model":"{{name}}","messages":[{"role":"user","content":"Hi"}]}""");
            Assert.Equal(sent, Encoding.UTF8.GetString(upstream.Received));
        }
    }

    [Fact]
    public async Task Defaults_OfAStream_StandBesideTheUsageThatIsAskedFor()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "openai", "gpt-4o", $"\"defaults\": {All}");
        await gateway.Client.PostAsync(Chat, """{"model":"m","stream":true,"messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal(
            """{"stream_options":{"include_usage":true},"temperature":0.2,"max_tokens":64,"model":"gpt-4o","stream":true,"messages":[{"role":"system","content":"Be \"brief\"."},{"role":"user","content":"Hi"}]}""",
            Encoding.UTF8.GetString(upstream.Received));
    }

    [Theory]
    [InlineData("/v1/embeddings", "openai", "text-embedding-3-small", """{"model":"m","input":"Hi"}""", """{"model":"text-embedding-3-small","input":"Hi"}""")]
    [InlineData("/v1/messages/count_tokens", "anthropic", "claude-sonnet-4-5", """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""", """{"model":"claude-sonnet-4-5","messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("/v1beta/models/m:countTokens", "gemini", "gemini-2.5-flash", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""")]
    public async Task EmbeddingsAndCounts_GetNoDefaults(string path, string provider, string model, string request, string sent)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, provider, model, $"\"defaults\": {All}");
        await gateway.Client.PostAsync(path, request);
        Assert.Equal(sent, Encoding.UTF8.GetString(upstream.Received));
    }

    [Fact]
    public async Task Attempts_AtDifferentModels_EachGetWhatTheirModelTakes()
    {
        var sent = new List<string>();
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = context =>
        {
            sent.Add(Encoding.UTF8.GetString(upstream.Received));
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Config = _ => $$"""
                {
                  "providers": {
                    "claude": { "type": "anthropic", "baseUrl": "{{upstream.Address}}", "apiKey": "{{Wire.UpstreamKey}}" },
                    "openai": { "type": "openai", "baseUrl": "{{upstream.Address}}v1", "apiKey": "{{Wire.UpstreamKey}}" }
                  },
                  "models": [ { "modelId": "m", "defaults": {{All}}, "targets": [
                    { "provider": "claude", "model": "claude-sonnet-4-5", "priority": 1 }, { "provider": "claude", "model": "claude-opus-4-7", "priority": 2 },
                    { "provider": "openai", "model": "o3", "priority": 3 }, { "provider": "claude", "model": "claude-sonnet-4-5-2", "priority": 4 } ] } ]
                }
                """,
        });
        await gateway.Client.PostAsync(Chat, """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""");
        string[] expected =
        [
            """{"model":"claude-sonnet-4-5","system":"Be \"brief\".","messages":[{"role":"user","content":"Hi"}],"max_tokens":64,"temperature":0.2}""",
            """{"model":"claude-opus-4-7","system":"Be \"brief\".","messages":[{"role":"user","content":"Hi"}],"max_tokens":64}""",
            """{"max_completion_tokens":64,"model":"o3","messages":[{"role":"developer","content":"Be \"brief\"."},{"role":"user","content":"Hi"}]}""",
            """{"model":"claude-sonnet-4-5-2","system":"Be \"brief\".","messages":[{"role":"user","content":"Hi"}],"max_tokens":64,"temperature":0.2}""",
        ];
        Assert.Equal(expected.Length, sent.Count);
        Assert.All(expected.Zip(sent), pair => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(pair.First), JsonNode.Parse(pair.Second)), pair.Second));
    }

    [Fact]
    public async Task Instructions_OfTheOperator_AreNotEchoedInATranslation()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        await using var gateway = await StartAsync(upstream, "anthropic", "claude-sonnet-4-5", $"\"defaults\": {All}");
        var answer = await gateway.Client.PostAsync(Responses, """{"model":"m","input":"Hi"}""");
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("brief", answer.Body, StringComparison.Ordinal);
    }

    private static Task<GatewayHost> StartAsync(CannedUpstream upstream, string provider, string model, string settings)
    {
        upstream.Answer = context => CannedAnswers.WriteAsync(context, provider);
        return GatewayHost.StartAsync(new()
        {
            Config = _ => $$"""
                {
                  "providers": { "it": { "type": "{{provider}}", "baseUrl": "{{upstream.Address}}{{(provider == "openai" ? "v1" : "")}}", "apiKey": "{{Wire.UpstreamKey}}" } },
                  "models": [ { "modelId": "m", {{settings}}, "targets": [ { "provider": "it", "model": "{{model}}" } ] } ]
                }
                """,
        });
    }
}
