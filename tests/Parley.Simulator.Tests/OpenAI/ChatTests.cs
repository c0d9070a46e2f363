using System.Text.Json;
using Parley.Testing;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.OpenAI;

public sealed class ChatTests : IAsyncLifetime
{
    private const string Weather = """
        "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"unit":{"enum":["c","f"]},"days":{"type":"integer","minimum":2}},"required":["city","unit","days"]}}},
                 {"type":"function","function":{"name":"time"}}]
        """;

    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions { TimeProvider = new ManualTimeProvider() }, Soon);
        client = host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Plain_Hello_IsTheWholeBody()
    {
        var answer = await client.AskAsync(Chat, Hello);
        var id = answer.GetProperty("id").GetString();
        var fingerprint = answer.GetProperty("system_fingerprint").GetString();
        Assert.Equal($$$"""
            {"id":"{{{id}}}","object":"chat.completion","created":1767225600,"model":"gpt-4o-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":"[simulated] hello world","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":8,"completion_tokens":5,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"{{{fingerprint}}}"}
            """, answer.GetRawText());
        Assert.Equal(answer.GetRawText(), (await client.AskAsync(Chat, Hello)).GetRawText());
    }

    [Fact]
    public async Task Stream_Hello_JoinsToThePlainText()
    {
        var events = await client.EventsAsync(Chat, HelloStream);
        Assert.Equal("[DONE]", events[^1]);
        var chunks = events[..^1].Select(Parse).ToList();
        Assert.Equal("[simulated] hello world", string.Concat(chunks.SelectMany(c => c.GetProperty("choices").EnumerateArray())
            .Select(c => c.GetProperty("delta").TryGetProperty("content", out var text) ? text.GetString() : "")));
        Assert.Equal("stop", chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.All(chunks, chunk => Assert.False(chunk.TryGetProperty("usage", out _)));
    }

    [Fact]
    public async Task Stream_UsageAskedFor_ComesLastWithoutChoicesAndIsNullBefore()
    {
        var events = await client.EventsAsync(Chat, HelloStream.Replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}", StringComparison.Ordinal));
        var chunks = events[..^1].Select(Parse).ToList();
        Assert.All(chunks[..^1], chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.Equal(13, chunks[^1].GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Theory]
    [InlineData("call:weather", "auto", "weather")]
    [InlineData("call:time and call:weather", "auto", "time,weather")]
    [InlineData("hello", "required", "weather")]
    [InlineData("hello", "none", "")]
    public async Task Tools_AskedInText_AreCalledPlainAndStreamed(string text, string choice, string expected)
    {
        var body = $$"""{"model":"gpt-4o","messages":[{"role":"user","content":"{{text}}"}],"tool_choice":"{{choice}}",{{Weather}}}""";
        var answer = (await client.AskAsync(Chat, body)).GetProperty("choices")[0];
        var calls = answer.GetProperty("message").TryGetProperty("tool_calls", out var list) ? list.EnumerateArray().ToArray() : [];
        Assert.Equal(expected, string.Join(',', calls.Select(c => c.GetProperty("function").GetProperty("name").GetString())));
        Assert.Equal(calls.Length > 0 ? "tool_calls" : "stop", answer.GetProperty("finish_reason").GetString());
        foreach (var call in calls.Where(c => c.GetProperty("function").GetProperty("name").GetString() == "weather"))
            Assert.Equal("""{"city":"city","unit":"c","days":2}""", call.GetProperty("function").GetProperty("arguments").GetString());

        var deltas = (await client.EventsAsync(Chat, body.Replace("\"model\"", "\"stream\":true,\"model\"", StringComparison.Ordinal)))[..^1].Select(Parse)
            .Select(c => c.GetProperty("choices")[0].GetProperty("delta")).Where(d => d.TryGetProperty("tool_calls", out _)).Select(d => d.GetProperty("tool_calls")[0]).ToList();
        Assert.Equal(
            calls.Select(c => c.GetProperty("function").GetProperty("arguments").GetString()),
            deltas.GroupBy(d => d.GetProperty("index").GetInt32()).Select(g => string.Concat(g.Select(d => d.GetProperty("function").GetProperty("arguments").GetString()))));
    }

    [Fact]
    public async Task Tools_AfterTheirResults_AnswerIsText()
    {
        var answer = await client.AskAsync(Chat, $$$"""
            {"model":"gpt-4o",{{{Weather}}},"messages":[{"role":"user","content":"call:weather"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"sunny"}]}
            """);
        Assert.Equal("[simulated] call:weather", answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task Parameters_LimitStopChoicesAndLogprobs_AreHonoured()
    {
        var limited = await client.AskAsync(Chat, Hello.Replace("\"model\"", "\"max_tokens\":4,\"n\":2,\"logprobs\":true,\"model\"", StringComparison.Ordinal));
        Assert.Equal("[simulated] hello", limited.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("length", limited.GetProperty("choices")[1].GetProperty("finish_reason").GetString());
        Assert.Equal(4, limited.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").GetArrayLength());
        var stopped = await client.AskAsync(Chat, Hello.Replace("\"model\"", "\"stop\":[\"lo w\"],\"model\"", StringComparison.Ordinal));
        Assert.Equal("[simulated] hel", stopped.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task Usage_ReasoningAndCachedModels_FillTheBuckets()
    {
        var reasoning = (await client.AskAsync(Chat, Hello.Replace("gpt-4o", "gpt-5", StringComparison.Ordinal))).GetProperty("usage");
        Assert.Equal(64, reasoning.GetProperty("completion_tokens_details").GetProperty("reasoning_tokens").GetInt32());
        Assert.Equal(69, reasoning.GetProperty("completion_tokens").GetInt32());
        var cached = (await client.AskAsync(Chat, Hello.Replace("gpt-4o", "sim-x-cached", StringComparison.Ordinal))).GetProperty("usage");
        Assert.Equal(4, cached.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
    }

    [Fact]
    public async Task ResponseFormat_Schema_IsSatisfied()
    {
        var answer = await client.AskAsync(Chat, Hello.Replace("\"model\"", """
            "response_format":{"type":"json_schema","json_schema":{"name":"p","schema":{"type":"object","properties":{"name":{"type":"string"},"tags":{"type":"array","items":{"$ref":"#/$defs/tag"},"minItems":2},"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["name","tags"],"$defs":{"tag":{"const":"t"}}}}},"model"
            """, StringComparison.Ordinal));
        Assert.Equal("""{"name":"name","tags":["t","t"]}""", answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("{", 400, "We could not parse")]
    [InlineData("""{"messages":[]}""", 400, "you must provide a model parameter")]
    [InlineData("""{"model":"gpt-4o"}""", 400, "Missing required parameter: 'messages'.")]
    [InlineData("""{"model":"gpt-4o","messages":[]}""", 400, "Invalid 'messages': empty array.")]
    [InlineData("""{"model":"gpt-4o","messages":"x"}""", 400, "Invalid type for 'messages': expected an array of objects, but got a string instead.")]
    [InlineData("""{"model":"gpt-9","messages":[{"role":"user","content":"x"}]}""", 404, "The model `gpt-9` does not exist or you do not have access to it.")]
    [InlineData("""{"model":"gpt-5","max_tokens":9,"messages":[{"role":"user","content":"x"}]}""", 400, "Unsupported parameter: 'max_tokens'")]
    [InlineData("""{"model":"gpt-5","temperature":0.5,"messages":[{"role":"user","content":"x"}]}""", 400, "Unsupported value: 'temperature' does not support 0.5")]
    [InlineData("""{"model":"gpt-4o","messages":[{"role":"tool","content":"x"}]}""", 400, "Invalid parameter: messages with role 'tool'")]
    [InlineData("""{"model":"gpt-4o","stream_options":{},"messages":[{"role":"user","content":"x"}]}""", 400, "The 'stream_options' parameter is only allowed")]
    [InlineData("""{"model":"gpt-4o","temperature":3,"messages":[{"role":"user","content":"x"}]}""", 400, "Invalid 'temperature': decimal above maximum value.")]
    public async Task BadRequest_IsRefusedInOpenAIsWords(string body, int status, string message)
    {
        using var response = await client.SendAsync(Chat, body);
        Assert.Equal(status, (int)response.StatusCode);
        var error = Parse(await response.Content.ReadAsStringAsync(Soon)).GetProperty("error");
        Assert.StartsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("sim-x", "x-simulator-events", "50", 50)]
    [InlineData("sim-events-7", "x-none", "", 7)]
    public async Task Events_AskedFor_AreThatMany(string model, string header, string value, int expected)
    {
        var events = await client.EventsAsync(Chat, HelloStream.Replace("gpt-4o", model, StringComparison.Ordinal), (header, value));
        // Role, finish and [DONE] beside the content.
        Assert.Equal(expected + 3, events.Count);
    }

    [Fact]
    public async Task AnswerBytes_AskedFor_IsTheLengthOfTheText()
    {
        var answer = await client.AskAsync(Chat, Hello, ("x-simulator-answer-bytes", "100000"));
        Assert.Equal(100_000, answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!.Length);
    }

    [Fact]
    public async Task Echo_OnEverySurface_RepeatsTheUser()
    {
        var chat = await client.AskAsync(Chat, Hello.Replace("gpt-4o", "parley/echo", StringComparison.Ordinal));
        Assert.Equal("[simulated] hello world", chat.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        var response = await client.AskAsync("/v1/responses", """{"model":"parley/echo","input":"hello"}""");
        Assert.Equal("[simulated] hello", response.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
        var embedding = await client.AskAsync("/v1/embeddings", """{"model":"parley/echo","input":"hello"}""");
        Assert.Equal(1536, embedding.GetProperty("data")[0].GetProperty("embedding").GetArrayLength());
    }
}
