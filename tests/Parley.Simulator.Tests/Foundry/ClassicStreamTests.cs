using System.Text.Json;
using static Parley.Simulator.Tests.Foundry.AgentClient;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Foundry;

public sealed class ClassicStreamTests : IAsyncLifetime
{
    // What is stuck brings nothing for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

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
    public async Task Stream_OfAGroundedRun_HasEveryEventInOrder()
    {
        var (names, events) = await StreamAsync(await client.ThreadAsync("hello"), "asst_bing");
        Assert.Equal(
            [
                "thread.run.created", "thread.run.queued", "thread.run.in_progress", "thread.run.step.created", "thread.run.step.in_progress",
                "thread.run.step.delta", "thread.run.step.completed", "thread.run.step.created", "thread.run.step.in_progress", "thread.message.created",
                "thread.message.in_progress", "thread.message.delta", "thread.message.completed", "thread.run.step.completed", "thread.run.completed", "done",
            ], WithoutRepeats(names));
        Assert.Equal("[DONE]", events[^1]);
        var run = Parse(events[^2]);
        Assert.Equal("completed", run.GetProperty("status").GetString());
        var deltas = Deltas(names, events);
        var whole = Parse(events[names.IndexOf("thread.message.completed")]).GetProperty("content")[0].GetProperty("text");
        Assert.Equal(whole.GetProperty("value").GetString(), string.Concat(deltas.Select(delta => delta.GetProperty("value").GetString())));
        Assert.Contains(deltas, delta => delta.GetProperty("value").GetString()!.Count(c => c == '【') != delta.GetProperty("value").GetString()!.Count(c => c == '】'));
    }

    [Fact]
    public async Task Stream_Annotations_ComeWithTheEndOfTheirMarkerAndAsInTheMessage()
    {
        var thread = await client.ThreadAsync("please cite");
        var (names, events) = await StreamAsync(thread, "asst_1");
        var said = "";
        var seen = new List<string>();
        foreach (var delta in Deltas(names, events))
        {
            said += delta.GetProperty("value").GetString();
            foreach (var annotation in delta.TryGetProperty("annotations", out var some) ? some.EnumerateArray() : [])
            {
                Assert.Equal(seen.Count, annotation.GetProperty("index").GetInt32());
                Assert.Equal(annotation.GetProperty("text").GetString(), said[annotation.GetProperty("start_index").GetInt32()..annotation.GetProperty("end_index").GetInt32()]);
                seen.Add(annotation.GetRawText().Replace($"\"index\":{seen.Count},", "", StringComparison.Ordinal));
            }
        }
        var kept = (await client.GetAgentAsync($"threads/{thread}/messages")).Json.GetProperty("data")[0].GetProperty("content")[0].GetProperty("text");
        Assert.Equal(kept.GetProperty("annotations").EnumerateArray().Select(a => a.GetRawText()), seen);
        Assert.Equal(kept.GetProperty("value").GetString(), said);
    }

    [Fact]
    public async Task Stream_OfThreadAndRun_BeginsWithTheThread()
    {
        using var response = await client.SendAsync(Url("threads/runs"), """{"assistant_id":"asst_1","stream":true,"thread":{"messages":[{"role":"user","content":"x"}]}}""");
        var text = await response.Content.ReadAsStringAsync(Soon);
        Assert.StartsWith("event: thread.created\ndata: {\"id\":\"thread_", text, StringComparison.Ordinal);
        Assert.EndsWith("event: done\ndata: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("failed", "thread.run.failed")]
    [InlineData("failed-rate_limit_exceeded", "thread.run.failed")]
    [InlineData("expired", "thread.run.expired")]
    [InlineData("incomplete", "thread.run.incomplete")]
    [InlineData("cancelled", "thread.run.cancelled")]
    [InlineData("requires-action", "thread.run.requires_action")]
    public async Task Stream_OfARunThatEndsBadly_EndsSo(string fate, string last)
    {
        var (names, _) = await StreamAsync(await client.ThreadAsync("hello"), $"asst_sim-fault-{fate}");
        Assert.Equal([last, "done"], names[^2..]);
        Assert.DoesNotContain("thread.message.completed", names);
    }

    [Fact]
    public async Task Stream_OfAStuckRun_StopsInTheTextAndStaysOpen()
    {
        var thread = await client.ThreadAsync("hello");
        using var response = await client.SendAsync(Url($"threads/{thread}/runs"), """{"assistant_id":"asst_sim-fault-stuck","stream":true}""");
        await using var body = await response.Content.ReadAsStreamAsync(Soon);
        using var reader = new StreamReader(body);
        var deltas = 0;
        while (deltas < 2)
            deltas += await reader.ReadLineAsync(Soon) == "event: thread.message.delta" ? 1 : 0;
        await reader.ReadLineAsync(Soon);
        await reader.ReadLineAsync(Soon);
        await Assert.ThrowsAsync<TimeoutException>(() => reader.ReadLineAsync(Soon).AsTask().WaitAsync(Patience, Soon));
    }

    [Fact]
    public async Task Stream_WithAFaultOfTheTable_IsStruck()
    {
        var thread = await client.ThreadAsync("hello");
        using var response = await client.SendAsync(Url($"threads/{thread}/runs"), """{"assistant_id":"asst_sim-fault-error-event-4","stream":true}""");
        var text = await response.Content.ReadAsStringAsync(Soon);
        Assert.EndsWith("event: error\ndata: {\"error\":{\"message\":\"The server had an error while processing your request. Sorry about that!\",\"type\":\"server_error\",\"param\":null,\"code\":\"server_error\"}}\n\n", text, StringComparison.Ordinal);
    }

    private async Task<(List<string> Names, List<string> Events)> StreamAsync(string thread, string agent)
    {
        using var response = await client.SendAsync(Url($"threads/{thread}/runs"), $$"""{"assistant_id":"{{agent}}","stream":true}""");
        var blocks = (await response.Content.ReadAsStringAsync(Soon)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        return ([.. blocks.Select(block => block.Split('\n')[0][7..])], [.. blocks.Select(block => block.Split('\n')[1][6..])]);
    }

    private static List<JsonElement> Deltas(List<string> names, List<string> events) =>
        [.. names.Zip(events).Where(one => one.First == "thread.message.delta").Select(one => Parse(one.Second).GetProperty("delta").GetProperty("content")[0].GetProperty("text"))];

    private static List<string> WithoutRepeats(List<string> names) => [.. names.Where((name, index) => index == 0 || name != names[index - 1])];
}
