using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Resilience.Queueing;
using Parley.Gateway.Tests.Harness;
using Parley.Gateway.Tests.Resilience.Hedging;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience.Queueing;

/// <summary>A call that waits at a target: what may have changed when its turn comes.</summary>
public sealed class TargetQueueTests
{
    private const string OneAtATime = """, "concurrency": { "max": 1, "queue": 5, "waitSeconds": 600 }""";

    [Fact]
    public async Task TargetWentOutMeanwhile_WaitingCallGoesToTheNextOne()
    {
        await using var fixture = await HedgeFixture.StartAsync("null", target: OneAtATime);
        var asking = new List<Task<Wire.Answer>> { fixture.AskAsync(stream: false) };
        var first = await fixture.One.NextAsync();
        asking.Add(fixture.AskAsync(stream: false));
        var second = await fixture.Two.NextAsync();
        asking.Add(fixture.AskAsync(stream: false));
        await UntilAsync(() => fixture.GateOf("one/m1").Waiting == 1);

        await first.AnswerAsync("{}", 500);
        await UntilAsync(() => fixture.GateOf("two/m2").Waiting == 2);
        await HedgeTests.AnswerAsync(second, GatewayCalls.Chat, stream: false, "two");
        for (var i = 0; i < 2; i++) await HedgeTests.AnswerAsync(await fixture.Two.NextAsync(), GatewayCalls.Chat, stream: false, "two");
        var answers = await Task.WhenAll(asking);
        Assert.All(answers, static answer => Assert.Equal((200, "two"), (answer.Status, answer.Header("x-parley-provider"))));
        Assert.Equal(1, fixture.One.Count);
        Assert.Equal(["one/m1 0 circuit_open", "two/m2 200"], HedgeFixture.Trail(await fixture.RecordAsync(answers[2].Header("x-request-id")!, 2)));
        await AssertNoPlaceIsTakenAsync(fixture);
    }

    [Fact]
    public async Task TargetWentOutMeanwhile_NoOtherIsLeft_SimpleRuleCallsItAndCountedRuleDoesNot()
    {
        foreach (var (rule, calls, expected) in ((string, int, int)[])[("""{ "rule": "simple" }""", 2, 200), ("""{ "rule": "counted", "count": 1 }""", 1, 503)])
        {
            await using var fixture = await HedgeFixture.StartAsync("null", targets: 1, more: $""","breaker":{rule}""", target: OneAtATime);
            var running = fixture.AskAsync(stream: false);
            var first = await fixture.One.NextAsync();
            var waiting = fixture.AskAsync(stream: false);
            await UntilAsync(() => fixture.GateOf("one/m1").Waiting == 1);
            await first.AnswerAsync("{}", 500);
            if (calls == 2) await HedgeTests.AnswerAsync(await fixture.One.NextAsync(), GatewayCalls.Chat, stream: false, "one");
            var answer = await waiting;
            Assert.Equal((500, expected, calls), ((await running).Status, answer.Status, fixture.One.Count));
            if (expected == 503) Assert.Contains("went out while this request waited", answer.Body, StringComparison.Ordinal);
            await AssertNoPlaceIsTakenAsync(fixture);
        }
    }

    [Fact]
    public async Task OnlyATargetThatWasTriedHasRoom_TheNextOneIsWaitedFor()
    {
        // Nobody is put out, so that the one that failed looks as well as ever.
        await using var fixture = await HedgeFixture.StartAsync("null", targets: 3, more: ""","breaker":{"rule":"off"}""", target: OneAtATime);
        Assert.True(fixture.GateOf("two/m2").TryEnter(out var two));
        Assert.True(fixture.GateOf("three/m3").TryEnter(out var three));
        var asking = fixture.AskAsync(stream: false);
        await (await fixture.One.NextAsync()).AnswerAsync("{}", 500);
        await UntilAsync(() => fixture.GateOf("two/m2").Waiting + fixture.GateOf("three/m3").Waiting == 1);
        Assert.Equal(1, fixture.GateOf("two/m2").Waiting);
        two.Release();
        await HedgeTests.AnswerAsync(await fixture.Two.NextAsync(), GatewayCalls.Chat, stream: false, "two");
        Assert.Equal((200, "2"), ((await asking).Status, (await asking).Header("x-parley-attempts")));
        three.Release();
        await AssertNoPlaceIsTakenAsync(fixture);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TotalRunsOutWhileItWaits_Is504AsItIsElsewhere(bool ofModel)
    {
        var time = new ManualTimeProvider();
        await using var fixture = await HedgeFixture.StartAsync(
            "null", targets: 1, time: time, target: ofModel ? "" : OneAtATime, model: """, "timeouts": { "totalSeconds": 5 }""" + (ofModel ? OneAtATime : ""));
        var running = fixture.AskAsync(stream: false);
        var first = await fixture.One.NextAsync();
        // The one that runs has an answer before its own time is over.
        var waiting = fixture.AskAsync(stream: false);
        var gate = ofModel
            ? Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<Parley.Gateway.Resilience.ModelStates>(fixture.Gateway.Services).Of("gpt", isCatalogued: true).Gate!
            : fixture.GateOf("one/m1");
        await UntilAsync(() => gate.Waiting == 1);
        time.Advance(TimeSpan.FromSeconds(5));
        var answer = await waiting;
        Assert.Equal(504, answer.Status);
        Assert.Contains("total_timeout", answer.Body, StringComparison.Ordinal);
        Assert.Equal(504, (await running).Status);
        await first.Left;
        await fixture.AssertNothingLeftAsync();
        Assert.Equal((1, 0, 0), (fixture.One.Count, gate.Running, gate.Waiting));
    }

    [Fact]
    public async Task RivalAnsweredWhileItWaits_IsSuperseded_AndNotTheCallersDoing()
    {
        var gate = new ConcurrencyGate(TimeProvider.System);
        gate.Limit(new ConcurrencyConfig { Max = 1, Queue = 1 });
        Assert.True(gate.TryEnter(out _));
        var surface = new Surface("/v1", Operation.ChatCompletions, Dialect.OpenAIChat, ErrorShape.OpenAI);
        var caller = new Caller("id", "name", KeyRole.Inference, null, null);
        using var exchange = new GatewayExchange(new DefaultHttpContext(), surface, caller, null!, new RequestBody(new BufferedBytesBudget(), 0)) { RequestId = default, Started = 0 };
        using var lost = new CancellationTokenSource();
        var waiting = RequestQueue.EnterAsync(gate, exchange, TimeProvider.System, lost.Token).AsTask();
        Assert.Equal(1, gate.Waiting);
        await lost.CancelAsync();
        Assert.Equal(GatewayErrorKind.Superseded, (await waiting).Error!.Kind);
        Assert.Equal(0, gate.Waiting);
    }

    private static async Task AssertNoPlaceIsTakenAsync(HedgeFixture fixture)
    {
        await fixture.AssertNothingLeftAsync();
        Assert.All(fixture.States, static state => Assert.Equal((0, 0), (state.Gate!.Running, state.Gate.Waiting)));
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var limit = GatewayCalls.Limit();
        while (!isSo()) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit);
    }
}
