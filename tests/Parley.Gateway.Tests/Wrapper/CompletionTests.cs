using System.Text;
using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Wrapper;

/// <summary><c>GET /completion</c> and <c>POST /chat</c>: what is asked, what comes back.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("/completion", "how are you?")]
    [InlineData("/completion?query=", "how are you?")]
    [InlineData("/completion?query=one&query=two", "two")]
    [InlineData("/completion?query=%22gr%C3%BC%C3%9F%20dich%22%0A", "\"grüß dich\"\n")]
    [Trait("Contract", "4.completion")]
    public async Task Completion_Asked_IsABareJsonString(string path, string asked)
    {
        await using var gateway = await WrapperHost.StartAsync();
        var answer = await gateway.Client.FetchAsync(path);
        Assert.Equal((200, "application/json"), (answer.Status, answer.Header("Content-Type")));
        Assert.Equal("[simulated] " + asked, answer.Json.GetValue<string>());
        Assert.DoesNotContain("\\u00", answer.Body, StringComparison.Ordinal);
        Assert.Equal(("sim", "gpt-4o", "1"), (answer.Header("x-parley-provider"), answer.Header("x-parley-model"), answer.Header("x-parley-attempts")));
        var sent = JsonNode.Parse(gateway.Upstream.Log.Last.Body.Span)!["messages"]!.AsArray();
        Assert.Equal([("user", asked)], sent.Select(static message => ((string)message!["role"]!, (string)message["content"]!)));
    }

    [Fact]
    [Trait("Contract", "4.completion")]
    public async Task Completion_NothingConfigured_IsSimulated()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = null });
        var answer = await gateway.Client.FetchAsync("/completion?query=hello");
        Assert.Equal((200, "\"[simulated] hello\""), (answer.Status, answer.Body));
        Assert.Equal("simulator", answer.Header("x-parley-provider"));
    }

    [Theory]
    [InlineData("openai", "gpt-4o", "system")]
    [InlineData("openai", "gpt-5", "developer")]
    [InlineData("openai", "o3", "developer")]
    [InlineData("openai-compatible", "gpt-5", "system")]
    [Trait("Contract", "4.chat")]
    public async Task Chat_NoSystemMessage_IsGivenThePrompt(string type, string model, string role)
    {
        await using var gateway = await GatewayHost.StartAsync(new()
        {
            Variables = new Dictionary<string, string> { ["OPENAI_PROMPT"] = "Speak like a \"pirate\".\n" },
            Config = upstream => $$"""
                { "providers": { "sim": { "type": "{{type}}", "apiKey": "k", "baseUrl": "{{upstream}}v1" } },
                  "models": [ { "modelId": "first", "targets": [ { "provider": "sim", "model": "{{model}}" } ] } ] }
                """,
        });
        var answer = await gateway.Client.PostAsync("/chat", """{"messages":[{"role":"user","content":"hello"}]}""");
        Assert.Equal((200, "application/json", "\"[simulated] hello\""), (answer.Status, answer.Header("Content-Type"), answer.Body));
        var sent = JsonNode.Parse(gateway.Upstream.Log.Last.Body.Span)!["messages"]!.AsArray();
        Assert.Equal([(role, "Speak like a \"pirate\"."), ("user", "hello")], sent.Select(static message => ((string)message!["role"]!, (string)message["content"]!)));
    }

    [Fact]
    [Trait("Contract", "4.chat")]
    public async Task Chat_ModelWithoutSystemRole_HasThePromptInTheFirstUserMessage()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = CannedUpstream.Bytes(Reply("hi", "stop"), "application/json");
        await using var gateway = await WrapperHost.StartAsync(upstream, "o1-mini");
        var answer = await gateway.Client.PostAsync("/chat", """{"messages":[{"role":"user","content":"hello"},{"role":"assistant","content":"hi"},{"role":"user","content":"more"}]}""");
        Assert.Equal((200, "\"hi\""), (answer.Status, answer.Body));
        var sent = JsonNode.Parse(upstream.Received)!["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "user"], sent.Select(static message => (string)message!["role"]!));
        var first = sent[0]!["content"]!.ToJsonString();
        Assert.Contains("You are a helpful assistant.", first, StringComparison.Ordinal);
        Assert.Contains("hello", first, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anthropic", "claude-sonnet-4-5", "system")]
    [InlineData("gemini", "gemini-2.5-flash", "systemInstruction")]
    [Trait("Contract", "4.chat")]
    public async Task Chat_OtherProvider_HasThePromptInItsPlace(string type, string model, string place)
    {
        await using var gateway = await WrapperHost.StartAsync(model, type);
        var answer = await gateway.Client.PostAsync("/chat", """{"messages":[{"role":"user","content":"hello"}]}""");
        Assert.Equal((200, "\"[simulated] hello\""), (answer.Status, answer.Body));
        Assert.Contains("You are a helpful assistant.", JsonNode.Parse(gateway.Upstream.Log.Last.Body.Span)![place]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"role":"system","content":"own"},{"role":"user","content":"hello"}]""", "system,user")]
    [InlineData("""[{"role":"developer","content":"own"},{"role":"user","content":"hello"}]""", "developer,user")]
    [InlineData("""[{"role":"user","content":"hello"},{"role":"system","content":"own"},{"role":"user","content":"more"}]""", "system,user,system,user")]
    [InlineData("""[{"role":"assistant","content":"hello"},{"content":[{"type":"text","text":"more"}],"role":"user","name":"x"}]""", "system,assistant,user")]
    [Trait("Contract", "4.chat")]
    public async Task Chat_Messages_GoAsTheyAre(string messages, string roles)
    {
        await using var gateway = await WrapperHost.StartAsync();
        var answer = await gateway.Client.PostAsync("/chat", $$"""{"model":"ignored","messages":{{messages}},"temperature":1}""");
        Assert.Equal(200, answer.Status);
        var sent = JsonNode.Parse(gateway.Upstream.Log.Last.Body.Span)!;
        Assert.Equal(roles, string.Join(',', sent["messages"]!.AsArray().Select(static message => (string)message!["role"]!)));
        Assert.Equal(["model", "messages"], sent.AsObject().Select(static member => member.Key));
        Assert.DoesNotContain("helpful", roles.StartsWith("system,user,", StringComparison.Ordinal) || roles.StartsWith("system,assistant", StringComparison.Ordinal) ? "" : sent.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "4.chat")]
    public async Task Chat_LongText_ComesBackWhole()
    {
        await using var gateway = await WrapperHost.StartAsync();
        var text = string.Concat(Enumerable.Repeat("ä😀\\\"x", 20_000));
        var answer = await gateway.Client.PostAsync("/chat", $$"""{"messages":[{"role":"user","content":{{JsonValue.Create(text).ToJsonString()}}}]}""");
        Assert.Equal("[simulated] " + text, answer.Json.GetValue<string>());
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    [Trait("Contract", "4.chat")]
    public async Task Chat_ProvidersFilterCutTheAnswer_IsTheTextThereIs()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = CannedUpstream.Bytes(Reply("so far", "content_filter"), "application/json");
        await using var gateway = await WrapperHost.StartAsync(upstream);
        var answer = await gateway.Client.PostAsync("/chat", """{"messages":[{"role":"user","content":"hello"}]}""");
        Assert.Equal((200, "\"so far\""), (answer.Status, answer.Body));
    }
    private static byte[] Reply(string text, string finish) => Encoding.UTF8.GetBytes($$$"""
        {"id":"c","object":"chat.completion","model":"canned","choices":[{"index":0,"message":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"{{{finish}}}"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}
        """);
}
