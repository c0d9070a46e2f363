using static Parley.Simulator.Tests.Foundry.AgentClient;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Foundry;

public sealed class ClassicFaultTests : IAsyncLifetime
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

    [Theory]
    [InlineData("failed", "failed", "last_error", """{"code":"server_error","message":"Sorry, something went wrong."}""")]
    [InlineData("failed-rate_limit_exceeded", "failed", "last_error", """{"code":"rate_limit_exceeded","message":"Rate limit is exceeded. Try again in 26 seconds."}""")]
    [InlineData("incomplete", "incomplete", "incomplete_details", """{"reason":"max_completion_tokens"}""")]
    [InlineData("incomplete-content_filter", "incomplete", "incomplete_details", """{"reason":"content_filter"}""")]
    [InlineData("expired", "expired", "last_error", "null")]
    [InlineData("cancelled", "cancelled", "last_error", "null")]
    [InlineData("requires-action", "requires_action", "last_error", "null")]
    public async Task Run_OfAnAgentWithAFate_EndsSo(string fate, string status, string member, string value)
    {
        var thread = await client.ThreadAsync("hello");
        var run = await client.RunAsync(thread, $"asst_sim-fault-{fate}");
        Assert.Equal(["in_progress", status], await client.PollAsync(thread, run));
        Assert.Equal(value, (await client.GetAgentAsync($"threads/{thread}/runs/{run}")).Json.GetProperty(member).GetRawText());
        var answers = (await client.GetAgentAsync($"threads/{thread}/messages?run_id={run}")).Json.GetProperty("data").GetArrayLength();
        Assert.Equal(status == "incomplete" ? 1 : 0, answers);
    }

    [Fact]
    public async Task Run_ThatIsStuck_EndsOnlyByCancelling()
    {
        var thread = await client.ThreadAsync("hello");
        var run = await client.RunAsync(thread, "asst_sim-fault-stuck");
        Assert.Equal(Enumerable.Repeat("in_progress", 10), await client.PollAsync(thread, run));
        using var cancelled = await client.PostAsync(Url($"threads/{thread}/runs/{run}/cancel"), null, Soon);
        Assert.Equal("cancelling", Parse(await cancelled.Content.ReadAsStringAsync(Soon)).GetProperty("status").GetString());
        Assert.Equal(["cancelled"], await client.PollAsync(thread, run));
        using var again = await client.PostAsync(Url($"threads/{thread}/runs/{run}/cancel"), null, Soon);
        Assert.Equal(400, (int)again.StatusCode);
    }

    [Theory]
    [InlineData("run", 500, 200, 200, 200)]
    [InlineData("poll", 200, 500, 200, 200)]
    [InlineData("messages", 200, 200, 500, 200)]
    [InlineData("delete", 200, 200, 200, 500)]
    public async Task Fault_AtAStep_StrikesThatCallOnly(string step, int run, int poll, int messages, int delete)
    {
        var thread = await client.ThreadAsync("hello");
        var made = await client.PostAgentAsync($"threads/{thread}/runs", $$"""{"assistant_id":"asst_sim-fault-500@{{step}}"}""");
        Assert.Equal(run, made.Status);
        if (made.Status == 200)
            Assert.Equal(poll, (await client.GetAgentAsync($"threads/{thread}/runs/{Id(made)}")).Status);
        Assert.Equal(messages, (await client.GetAgentAsync($"threads/{thread}/messages")).Status);
        Assert.Equal(delete, (await client.DeleteAgentAsync($"threads/{thread}")).Status);
        Assert.Equal(delete == 200 ? 0 : 1, host.LiveThreads);
    }

    [Theory]
    [InlineData("401", 401, """{"error":{"code":"401","message":"Unauthorized. Access token is missing,""")]
    [InlineData("403", 403, """{"error":{"code":"403","message":""")]
    [InlineData("404", 404, """{"error":{"code":"404","message":"Resource not found"}}""")]
    [InlineData("429-7", 429, """{"error":{"code":"429","message":""")]
    [InlineData("500", 500, """{"error":{"message":"The server had an error while processing your request.""")]
    [InlineData("503-7", 503, """{"error":{"message":"The engine is currently overloaded""")]
    [InlineData("504", 504, "<html>")]
    public async Task StatusFault_IsInTheVendorsShape(string fault, int status, string begins)
    {
        var thread = await client.ThreadAsync("hello");
        using var response = await client.SendAsync(Url($"threads/{thread}/runs"), $$"""{"assistant_id":"asst_sim-fault-{{fault}}"}""");
        Assert.Equal(status, (int)response.StatusCode);
        Assert.StartsWith(begins, await response.Content.ReadAsStringAsync(Soon), StringComparison.Ordinal);
        Assert.Equal(fault.EndsWith("-7", StringComparison.Ordinal) ? TimeSpan.FromSeconds(7) : null, response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Plan_AtAPlace_StrikesThatCallAndUsesUpNothing()
    {
        host.Faults.At("POST", "threads/*/messages", "429-ms", "250");
        host.Faults.Next(1, "503");
        var thread = await Received.OfAsync(client, Post(Url("threads"), "{}"));
        Assert.Equal(503, thread.Status);
        var id = await client.ThreadAsync("hello");
        var message = await client.PostAgentAsync($"threads/{id}/messages", """{"role":"user","content":"x"}""");
        Assert.Equal((429, true), (message.Status, message.Text.StartsWith("""{"error":{"code":"429",""", StringComparison.Ordinal)));
        Assert.Equal(200, (await client.GetAgentAsync($"threads/{id}/messages")).Status);
        host.Faults.Clear();
        Assert.Equal(200, (await client.PostAgentAsync($"threads/{id}/messages", """{"role":"user","content":"x"}""")).Status);
    }
}
