using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using Parley.Gateway.Mcp;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;
using static Parley.Gateway.Tests.Mcp.McpWire;

namespace Parley.Gateway.Tests.Mcp;

/// <summary>What features give, what a key sees of it, and how a call runs.</summary>
[Trait("Contract", "4.mcp")]
public sealed class McpFeatureTests
{
    [Fact]
    public async Task Tools_ThatTheKeyDoesNotList_AreNeitherShownNorCallable()
    {
        await using var gateway = await StartAsync(new Recorder());
        using var some = gateway.CreateClient(await gateway.KeyAsync("""{"name":"some","tools":["say"]}"""));
        using var none = gateway.CreateClient(await gateway.KeyAsync("""{"name":"none","tools":[]}"""));
        using var all = gateway.CreateClient(await gateway.KeyAsync("""{"name":"all"}"""));
        Assert.Equal(["say"], await NamesAsync(some));
        Assert.Empty(await NamesAsync(none));
        var names = await NamesAsync(all);
        Assert.Contains("list_models", names);
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(names, await NamesAsync(gateway.Client));

        Assert.Equal("said", (string)(await CallAsync(some, "say"))["result"]!["content"]![0]!["text"]!);
        var hidden = (await CallAsync(some, "list_models"))["error"]!;
        Assert.Equal((-32602, "Unknown tool: list_models"), ((int)hidden["code"]!, (string)hidden["message"]!));
        var unknown = (await CallAsync(some, "nothing"))["error"]!;
        Assert.Equal((-32602, "Unknown tool: nothing"), ((int)unknown["code"]!, (string)unknown["message"]!));
    }

    [Fact]
    public async Task Tools_OfAFixedKey_AreThoseOfTheFile()
    {
        await using var gateway = await GatewayHost.StartAsync(new() { Config = static _ => """{ "keys": [{ "name": "agent", "key": "agent-key-0123456789", "tools": ["list_models"] }] }""" });
        using var client = gateway.CreateClient("agent-key-0123456789");
        Assert.Equal(["list_models"], await NamesAsync(client));
        var shown = JsonNode.Parse(await gateway.Client.GetStringAsync("/admin/keys/file:agent", GatewayCalls.Limit()))!;
        Assert.Equal("""["list_models"]""", shown["tools"]!.ToJsonString());
    }

    [Fact]
    public async Task Call_ThatFailsInside_IsAResultThatNamesTheRequestAndNothingElse()
    {
        await using var gateway = await StartAsync(new Recorder { Act = static (_, _) => throw new InvalidOperationException("secret words") });
        using var answer = await gateway.Client.SendAsync(Post(Request("tools/call", "\"name\":\"say\""), Headers("tools/call", "say")), GatewayCalls.Limit());
        var text = await answer.Content.ReadAsStringAsync(GatewayCalls.Limit());
        var result = Message(text)["result"]!;
        Assert.True((bool)result["isError"]!);
        Assert.Equal($"Parley failed on this call. Quote request id {answer.Headers.GetValues("x-request-id").Single()} to the operator.", (string)result["content"]![0]!["text"]!);
        Assert.DoesNotContain("secret words", text, StringComparison.Ordinal);
        Assert.Contains(gateway.Log.Lines, static line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("secret words", StringComparison.Ordinal));
    }

    /// <summary>A slow tool must not hold back the headers, and its silence must not end the connection.</summary>
    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task Call_ThatTakesLong_SendsHeadersSoonAndThenSignsOfLife(string revision)
    {
        var time = new ManualTimeProvider();
        var recorder = new Recorder();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        recorder.Act = async (_, cancellation) =>
        {
            await go.Task.WaitAsync(cancellation);
            return McpResult.Failed("late");
        };
        await using var gateway = await StartAsync(recorder, time);
        var isStateless = revision == Stateless;
        var body = Request("tools/call", "\"name\":\"say\"", isStateless ? Meta : "");
        var sent = gateway.Client.SendAsync(Post(body, isStateless ? Headers("tools/call", "say") : [("MCP-Protocol-Version", revision)]), HttpCompletionOption.ResponseHeadersRead, GatewayCalls.Limit());
        await recorder.Called;
        while (!sent.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.WhenAny(sent, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, GatewayCalls.Limit()));
        }

        using var answer = await sent;
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit()));
        var line = reader.ReadLineAsync(GatewayCalls.Limit()).AsTask();
        while (!line.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await Task.WhenAny(line, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, GatewayCalls.Limit()));
        }

        Assert.Equal(": working", await line);
        go.SetResult();
        var rest = await reader.ReadToEndAsync(GatewayCalls.Limit());
        Assert.Equal("late", (string)Message(rest)["result"]!["content"]![0]!["text"]!);
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task Client_ThatLeaves_CancelsTheCall(string revision)
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var recorder = new Recorder();
        recorder.Act = async (_, cancellation) =>
        {
            using var registration = cancellation.Register(left.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return McpResult.Failed("never");
        };
        await using var gateway = await StartAsync(recorder);
        using var leaving = new CancellationTokenSource();
        var isStateless = revision == Stateless;
        var body = Request("tools/call", "\"name\":\"say\"", isStateless ? Meta : "");
        var call = gateway.Client.SendAsync(Post(body, isStateless ? Headers("tools/call", "say") : [("MCP-Protocol-Version", revision)]), leaving.Token);
        await recorder.Called;
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await left.Task.WaitAsync(GatewayCalls.Limit());
        await gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Progress_IsToldToThoseWhoAskAndOnlyForward()
    {
        await using var gateway = await StartAsync(new Recorder
        {
            Act = static async (call, cancellation) =>
            {
                foreach (var progress in (float[])[1, 5, 3, 5, 9]) await call.ReportAsync(progress, $"{progress} of 9", cancellation);
                return McpResult.Failed("done");
            },
        });
        var meta = Meta.Replace("\"_meta\":{", "\"_meta\":{\"progressToken\":\"p1\",", StringComparison.Ordinal);
        var (_, asked) = await gateway.PostAsync(Request("tools/call", "\"name\":\"say\"", meta), Headers("tools/call", "say"));
        var told = asked.Split('\n').Where(static line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(static line => JsonNode.Parse(line["data: ".Length..])!).ToList();
        Assert.Equal([1, 5, 9], told[..^1].Select(static message => (int)message["params"]!["progress"]!));
        Assert.All(told[..^1], static message => Assert.Equal(("notifications/progress", "p1"), ((string)message["method"]!, (string)message["params"]!["progressToken"]!)));
        var (_, unasked) = await gateway.PostAsync(Request("tools/call", "\"name\":\"say\""), Headers("tools/call", "say"));
        Assert.DoesNotContain("notifications/progress", unasked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscription_WhenTheProcessStops_DoesNotHoldItUp()
    {
        var gateway = await GatewayHost.StartAsync();
        try
        {
            using var answer = await gateway.Client.SendAsync(
                Post(Request("subscriptions/listen", "\"notifications\":{}"), Headers("subscriptions/listen")), HttpCompletionOption.ResponseHeadersRead, GatewayCalls.Limit());
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(GatewayCalls.Limit()));
            Assert.StartsWith("event: ", await reader.ReadLineAsync(GatewayCalls.Limit()), StringComparison.Ordinal);
            await gateway.StopAsync(GatewayCalls.Limit());
        }
        finally
        {
            await gateway.DisposeAsync();
        }
    }

    private static Task<GatewayHost> StartAsync(Recorder recorder, TimeProvider? time = null) =>
        GatewayHost.StartAsync(new GatewayHostOptions { Time = time, Services = services => services.AddSingleton<McpFeature>(recorder) });

    private static async Task<string[]> NamesAsync(HttpClient client)
    {
        using var answer = await client.SendAsync(Post(Request("tools/list"), Headers("tools/list")), GatewayCalls.Limit());
        var tools = Message(await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()))["result"]!["tools"]!.AsArray();
        return [.. tools.Select(static tool => (string)tool!["name"]!)];
    }

    private static async Task<JsonNode> CallAsync(HttpClient client, string tool)
    {
        using var answer = await client.SendAsync(Post(Request("tools/call", $"\"name\":\"{tool}\""), Headers("tools/call", tool)), GatewayCalls.Limit());
        return Message(await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));
    }

    /// <summary>A feature with one tool, <c>say</c>, that does what the test wants.</summary>
    private sealed class Recorder : McpFeature
    {
        private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Func<McpToolCall, CancellationToken, ValueTask<CallToolResult>> Act { get; set; } =
            static (_, _) => ValueTask.FromResult(new CallToolResult { Content = [new TextContentBlock { Text = "said" }] });

        internal Task Called => _called.Task.WaitAsync(GatewayCalls.Limit());

        public override IEnumerable<McpTool> Tools(McpVisit visit) => [new Say(this)];

        private sealed class Say(Recorder recorder) : McpTool
        {
            public override Tool Definition { get; } = new() { Name = "say", InputSchema = McpResult.Schema("""{"type":"object"}""") };

            public override ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation)
            {
                recorder._called.TrySetResult();
                return recorder.Act(call, cancellation);
            }
        }
    }
}
