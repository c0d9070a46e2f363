using System.Text.Json;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Anthropic;

public sealed class MessagesTests : IAsyncLifetime
{
    private const string Thinking = """ "max_tokens":4096,"thinking":{"type":"enabled","budget_tokens":1024} """;
    private const string Weather = """ "tools":[{"name":"weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}},{"name":"time","input_schema":{"type":"object"}}] """;

    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        client = host.CreateClient(key: null);
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Plain_Hello_IsTheWholeBody()
    {
        var received = await AskAsync("""{"model":"claude-sonnet-4-5","max_tokens":99,"messages":[{"role":"user","content":"hello world"}]}""");
        var id = received.Json.GetProperty("id").GetString();
        Assert.Equal($$$"""
            {"model":"claude-sonnet-4-5-20250929","id":"{{{id}}}","type":"message","role":"assistant","content":[{"type":"text","text":"[simulated] hello world"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":5,"service_tier":"standard","inference_geo":"not_available"}}
            """, received.Text);
    }

    [Theory]
    [InlineData("hello world")]
    [InlineData("simulate:redacted_thinking")]
    public async Task Thoughts_ComeSignedAndAreTakenBackInAToolLoop(string text)
    {
        var first = await AskAsync($$"""{"model":"claude-sonnet-4-5",{{Thinking}},{{Weather}},"messages":[{"role":"user","content":"call:weather call:time {{text}}"}]}""");
        var content = first.Json.GetProperty("content");
        Assert.Equal([text == "hello world" ? "thinking" : "redacted_thinking", "tool_use", "tool_use"], content.EnumerateArray().Select(b => b.GetProperty("type").GetString()));
        var results = string.Join(',', content.EnumerateArray().Skip(1).Select(use => $$"""{"type":"tool_result","tool_use_id":{{use.GetProperty("id").GetRawText()}},"content":"ok"}"""));
        var history = $$"""{"role":"user","content":"call:weather call:time {{text}}"},{"role":"assistant","content":CONTENT},{"role":"user","content":[{{results}}]}""";
        var ask = $$"""{"model":"claude-sonnet-4-5",{{Thinking}},{{Weather}},"messages":[{{history}}]}""";
        Assert.Equal(200, (await AskAsync(ask.Replace("CONTENT", content.GetRawText(), StringComparison.Ordinal))).Status);
        // One letter of a thought changed: it is not what was signed.
        if (text == "hello world")
            Assert.Equal(400, (await AskAsync(ask.Replace("CONTENT", content.GetRawText().Replace("The user", "the user", StringComparison.Ordinal), StringComparison.Ordinal))).Status);
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", Thinking)]
    [InlineData("claude-opus-5", """ "max_tokens":4096,"thinking":{"type":"adaptive"} """)]
    public async Task Stream_JoinsToThePlainBlocks(string model, string settings)
    {
        var body = $$"""{"model":"{{model}}",{{settings}},"messages":[{"role":"user","content":"hello"}]}""";
        var plain = (await AskAsync(body)).Json.GetProperty("content");
        var events = (await AskAsync(body.Replace("\"model\"", "\"stream\":true,\"model\"", StringComparison.Ordinal))).Events;
        Assert.All(events, one => Assert.Equal(one.Name, one.Data.GetProperty("type").GetString()));
        string Joined(int index, string member) => string.Concat(events.Where(e => e.Name == "content_block_delta" && e.Data.GetProperty("index").GetInt32() == index)
            .Select(e => e.Data.GetProperty("delta").TryGetProperty(member, out var value) ? value.GetString() : ""));
        Assert.Equal(plain[0].GetProperty("thinking").GetString(), Joined(0, "thinking"));
        Assert.NotEmpty(Joined(0, "signature"));
        Assert.Equal("[simulated] hello", Joined(1, "text"));
        // The newest models keep their thoughts to themselves unless asked.
        Assert.Equal(model == "claude-opus-5", Joined(0, "thinking").Length == 0);
    }

    [Fact]
    public async Task CacheControl_FirstTurnWritesWhatLaterTurnsRead()
    {
        const string System = """ "system":[{"type":"text","text":"one two three","cache_control":{"type":"ephemeral","ttl":"1h"}}] """;
        var first = (await AskAsync($$"""{"model":"claude-sonnet-4-5","max_tokens":99,{{System}},"messages":[{"role":"user","content":"a"}]}""")).Json.GetProperty("usage");
        Assert.Equal((4, 3, 0, 3), (Number(first, "input_tokens"), Number(first, "cache_creation_input_tokens"), Number(first, "cache_read_input_tokens"),
            Number(first.GetProperty("cache_creation"), "ephemeral_1h_input_tokens")));
        var later = (await AskAsync($$"""{"model":"claude-sonnet-4-5","max_tokens":99,{{System}},"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}""")).Json.GetProperty("usage");
        Assert.Equal((0, 3), (Number(later, "cache_creation_input_tokens"), Number(later, "cache_read_input_tokens")));
    }

    [Fact]
    public async Task OnDemand_RefusalCitationsSearchStopAndLimit()
    {
        var refusal = (await AskAsync("""{"model":"claude-sonnet-4-5","max_tokens":99,"messages":[{"role":"user","content":"simulate:refusal"}]}""")).Json;
        Assert.Equal(("refusal", 0, "refusal"), (refusal.GetProperty("stop_reason").GetString(), refusal.GetProperty("content").GetArrayLength(), refusal.GetProperty("stop_details").GetProperty("type").GetString()));
        var cited = (await AskAsync("""{"model":"claude-sonnet-4-5","max_tokens":99,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"The sky."},"citations":{"enabled":true}},{"type":"text","text":"x"}]}]}""")).Json;
        Assert.Equal("The sky.", cited.GetProperty("content")[0].GetProperty("citations")[0].GetProperty("cited_text").GetString());
        var found = (await AskAsync("""{"model":"claude-sonnet-4-5","max_tokens":99,"tools":[{"type":"web_search_20250305","name":"web_search"}],"messages":[{"role":"user","content":"call:web_search"}]}""")).Json;
        Assert.Equal(["server_tool_use", "web_search_tool_result", "text"], found.GetProperty("content").EnumerateArray().Select(b => b.GetProperty("type").GetString()));
        Assert.Equal(1, Number(found.GetProperty("usage").GetProperty("server_tool_use"), "web_search_requests"));
        var stopped = (await AskAsync("""{"model":"claude-sonnet-4-5","max_tokens":99,"stop_sequences":["wor"],"messages":[{"role":"user","content":"hello world"}]}""")).Json;
        Assert.Equal(("stop_sequence", "wor"), (stopped.GetProperty("stop_reason").GetString(), stopped.GetProperty("stop_sequence").GetString()));
        var limited = (await AskAsync("""{"model":"claude-sonnet-4-5","max_tokens":2,"messages":[{"role":"user","content":"hello world"}]}""")).Json;
        Assert.Equal("max_tokens", limited.GetProperty("stop_reason").GetString());
    }

    [Fact]
    public async Task CountTokensAndModels_AnswerInAnthropicsShape()
    {
        var count = await Received.OfAsync(client, SimulatedSurface.Anthropic("/v1/messages/count_tokens", """{"model":"claude-sonnet-4-5","messages":[{"role":"user","content":"hello world"}]}"""));
        Assert.Equal("""{"input_tokens":5}""", count.Text);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("x-api-key", "sk-sim");
        request.Headers.Add("anthropic-version", "2023-06-01");
        var models = (await Received.OfAsync(client, request)).Json;
        Assert.Equal(["data", "has_more", "first_id", "last_id"], models.EnumerateObject().Select(p => p.Name));
    }

    private Task<Received> AskAsync(string body) => Received.OfAsync(client, SimulatedSurface.Anthropic("/v1/messages", body));

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
