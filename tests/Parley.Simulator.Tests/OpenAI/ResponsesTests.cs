using System.Net;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.OpenAI;

public sealed class ResponsesTests : IAsyncLifetime
{
    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions { StoredResponses = 2 }, Soon);
        client = host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Stored_CanBeContinuedReadAndDeletedAndTheOldestGoes()
    {
        var first = await client.AskAsync("/v1/responses", """{"model":"gpt-4o","input":"first"}""");
        var id = first.GetProperty("id").GetString()!;
        Assert.Equal(first.GetRawText(), await client.GetStringAsync($"/v1/responses/{id}", Soon));
        var second = await client.AskAsync("/v1/responses", $$"""{"model":"gpt-4o","previous_response_id":"{{id}}","input":[{"type":"function_call_output","call_id":"c","output":"x"}]}""");
        Assert.Equal("[simulated] first", second.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.True(second.GetProperty("usage").GetProperty("input_tokens").GetInt32() > first.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        await client.AskAsync("/v1/responses", """{"model":"gpt-4o","input":"third"}""");
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/v1/responses/{id}", Soon)).StatusCode);
        var gone = second.GetProperty("id").GetString();
        using var deleted = await client.DeleteAsync($"/v1/responses/{gone}", Soon);
        Assert.Equal($$"""{"id":"{{gone}}","object":"response","deleted":true}""", await deleted.Content.ReadAsStringAsync(Soon));
        using var unknown = await client.SendAsync("/v1/responses", $$"""{"model":"gpt-4o","input":"x","previous_response_id":"{{gone}}"}""");
        Assert.Equal(
            $$$"""{"error":{"message":"Previous response with id '{{{gone}}}' not found.","type":"invalid_request_error","param":"previous_response_id","code":"previous_response_not_found"}}""",
            await unknown.Content.ReadAsStringAsync(Soon));
    }

    [Fact]
    public async Task OutputLimit_Reached_IsIncomplete()
    {
        var body = $$"""{"model":"gpt-4o","max_output_tokens":16,"stream":true,"input":"{{string.Join(' ', Enumerable.Repeat("word", 40))}}"}""";
        var last = Parse((await client.EventsAsync("/v1/responses", body))[^1]);
        Assert.Equal("response.incomplete", last.GetProperty("type").GetString());
        Assert.Equal("max_output_tokens", last.GetProperty("response").GetProperty("incomplete_details").GetProperty("reason").GetString());
        Assert.Equal(16, last.GetProperty("response").GetProperty("usage").GetProperty("output_tokens").GetInt32());
    }

    [Theory]
    [InlineData("""{"input":"x"}""", "Missing required parameter: 'model'.")]
    [InlineData("""{"model":"gpt-4o"}""", "Missing required parameter: 'input'.")]
    [InlineData("""{"model":"gpt-4o","input":7}""", "Invalid type for 'input': expected one of a string or array of objects, but got an integer instead.")]
    [InlineData("""{"model":"o3-mini","input":"x","temperature":0.2}""", "Unsupported parameter: 'temperature' is not supported with this model.")]
    public async Task BadRequest_IsRefusedInOpenAIsWords(string body, string message)
    {
        using var response = await client.SendAsync("/v1/responses", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(message, Parse(await response.Content.ReadAsStringAsync(Soon)).GetProperty("error").GetProperty("message").GetString());
    }
}
