using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Agents;

[Trait("Contract", "4.agents")]
public sealed class ModelAgentTests
{
    [Fact]
    public async Task Ask_PlainModel_AnswersWithItsText()
    {
        await using var gateway = await StartAsync();
        using var answer = await gateway.Client.PostAsync("/agents/helper?query=hello", null, GatewayCalls.Limit());
        Assert.Equal("""{"content":"[simulated] hello","citations":[]}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("lab", answer.Headers.GetValues("x-parley-provider").Single());
        var record = Assert.Single(await gateway.RecordsAsync());
        Assert.Equal(answer.Headers.GetValues("x-request-id").Single(), record.GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task Stream_PlainModel_TellsTheTextAsItComes()
    {
        await using var gateway = await StartAsync();
        var (status, events) = await gateway.StreamAsync("helper", "tell me a little more");
        Assert.Equal((200, "[simulated] tell me a little more"), (status, events.Text()));
        Assert.True(events.Count(static e => e.Name == "delta") > 1);
        Assert.Equal(("done", """{"content":"[simulated] tell me a little more","citations":[]}"""), events[^1]);
    }

    private static Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(new()
    {
        Config = static upstream => $$"""
            {
              "providers": { "lab": { "type": "openai", "baseUrl": "{{upstream}}v1", "apiKey": "sk-upstream-secret-0001" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
              "agents": { "helper": { "kind": "model", "model": "gpt", "prompt": "Be brief." } }
            }
            """,
    });
}
