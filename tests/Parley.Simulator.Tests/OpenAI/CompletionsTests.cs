using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.OpenAI;

public sealed class CompletionsTests : IAsyncLifetime
{
    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        client = host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Plain_HasAChoiceForEachPromptAndEachOfN()
    {
        var answer = await client.AskAsync("/v1/completions", """{"model":"gpt-3.5-turbo-instruct","prompt":["a b","c"],"n":2,"max_tokens":4}""");
        Assert.Equal(("text_completion", "gpt-3.5-turbo-instruct:20230824-v2"), (answer.GetProperty("object").GetString(), answer.GetProperty("model").GetString()));
        Assert.Equal(
            ["0 [simulated] a length", "1 [simulated] a length", "2 [simulated] c stop", "3 [simulated] c length"],
            answer.GetProperty("choices").EnumerateArray().Select(c => $"{c.GetProperty("index")} {c.GetProperty("text")} {c.GetProperty("finish_reason")}"));
        Assert.Equal("""{"prompt_tokens":6,"completion_tokens":16,"total_tokens":22}""", answer.GetProperty("usage").GetRawText());
    }

    [Fact]
    public async Task Stream_IsTextThenReasonThenUsageThenDone()
    {
        var events = await client.EventsAsync("/v1/completions", """{"model":"sim-any","prompt":"a b","stream":true,"stream_options":{"include_usage":true}}""");
        Assert.Equal("[DONE]", events[^1]);
        Assert.Equal(0, Parse(events[^2]).GetProperty("choices").GetArrayLength());
        Assert.Equal(2, Parse(events[^2]).GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Equal("stop", Parse(events[^3]).GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal("[simulated] a b", string.Concat(events[..^2].Select(data => Parse(data).GetProperty("choices")[0].GetProperty("text").GetString())));
    }

    [Theory]
    [InlineData("""{"prompt":"a"}""", 400, "you must provide a model parameter")]
    [InlineData("""{"model":"gpt-4o","prompt":"a"}""", 404, "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?")]
    [InlineData("""{"model":"gpt-9","prompt":"a"}""", 404, "The model `gpt-9` does not exist or you do not have access to it.")]
    [InlineData("""{"model":"sim-any","prompt":1}""", 400, "Invalid type for 'prompt': expected one of a string or array of strings, but got an integer instead.")]
    [InlineData("""{"model":"sim-any","messages":[]}""", 400, "Unrecognized request argument supplied: messages")]
    [InlineData("""{"model":"sim-any","prompt":"a","stream_options":{}}""", 400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.")]
    public async Task BadRequest_IsRefusedInOpenAIsWords(string body, int status, string message)
    {
        using var response = await client.SendAsync("/v1/completions", body);
        Assert.Equal((status, message), ((int)response.StatusCode, Parse(await response.Content.ReadAsStringAsync(Soon)).GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task ModelThatOnlyContinuesText_DoesNotChat()
    {
        using var response = await client.SendAsync(Chat, Hello.Replace("gpt-4o", "gpt-3.5-turbo-instruct", StringComparison.Ordinal));
        Assert.Equal(404, (int)response.StatusCode);
    }
}
