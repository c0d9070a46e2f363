using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Resilience;
using Parley.Gateway.Resilience.Hedging;
using Parley.Gateway.Routing;
using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience.Hedging;

/// <summary>When a second target is called, and when none is.</summary>
public sealed class HedgeDelayTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task FixedTime_HedgeIsSentThenAndNotBefore()
    {
        await using var fixture = await HedgeFixture.StartAsync("""{ "afterMilliseconds": 800 }""", time: _time);
        var idle = _time.PendingTimers;
        var asking = fixture.AskAsync(stream: true);
        var first = await fixture.One.NextAsync();
        await _time.WaitForTimersAsync(idle + 2, GatewayCalls.Limit());
        _time.Advance(TimeSpan.FromMilliseconds(799));
        Assert.Equal(0, fixture.Two.Count);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var sent = await HedgeTests.AnswerAsync(await fixture.Two.NextAsync(), GatewayCalls.Chat, stream: true, "two");
        var answer = await asking;
        Assert.Equal((sent, "2"), (answer.Body, answer.Header("x-parley-attempts")));
        await first.Left;
    }

    [Fact]
    public async Task ContentInTime_NoHedge()
    {
        await using var fixture = await HedgeFixture.StartAsync("""{ "afterMilliseconds": 800 }""", time: _time);
        var asking = fixture.AskAsync(stream: true);
        var sent = await HedgeTests.AnswerAsync(await fixture.One.NextAsync(), GatewayCalls.Chat, stream: true, "one");
        var answer = await asking;
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((sent, "1", 0), (answer.Body, answer.Header("x-parley-attempts"), fixture.Two.Count));
    }

    [Fact]
    public async Task OwnPercentile_UnknownAtFirst_HedgesOnceItIsKnown()
    {
        await using var fixture = await HedgeFixture.StartAsync("{}", time: _time);
        for (var i = 0; i < 20; i++) Assert.Equal("1", (await AskOneAsync(fixture, TimeSpan.FromMilliseconds(i == 7 ? 3000 : 100))).Header("x-parley-attempts"));

        var idle = _time.PendingTimers;
        var asking = fixture.AskAsync(stream: true);
        var first = await fixture.One.NextAsync();
        await _time.WaitForTimersAsync(idle + 2, GatewayCalls.Limit());
        // One slow answer in twenty is not the rule; the bucket of 100 ms ends before 110.
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(0, fixture.Two.Count);
        _time.Advance(TimeSpan.FromMilliseconds(11));
        await HedgeTests.AnswerAsync(await fixture.Two.NextAsync(), GatewayCalls.Chat, stream: true, "two");
        Assert.Equal("2", (await asking).Header("x-parley-attempts"));
        await first.Left;

        // Plain answers are another matter, of which nothing is known.
        var plain = fixture.AskAsync(stream: false);
        var call = await fixture.One.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        await HedgeTests.AnswerAsync(call, GatewayCalls.Chat, stream: false, "one");
        Assert.Equal("1", (await plain).Header("x-parley-attempts"));
    }

    [Fact]
    public async Task SingleTarget_NoHedge()
    {
        await using var fixture = await HedgeFixture.StartAsync(targets: 1, time: _time);
        Assert.Equal("1", (await AskOneAsync(fixture, TimeSpan.FromSeconds(1))).Header("x-parley-attempts"));
    }

    [Fact]
    public async Task OtherTargetsBreakerIsOpen_NoHedge_AndFailoverStillMayTryIt()
    {
        await using var fixture = await HedgeFixture.StartAsync(time: _time);
        fixture.BreakerOf("two/m2").Trip(_time.GetTimestamp(), TimeSpan.FromMinutes(10));
        Assert.Equal("1", (await AskOneAsync(fixture, TimeSpan.FromSeconds(1))).Header("x-parley-attempts"));
        Assert.Equal(0, fixture.Two.Count);

        var asking = fixture.AskAsync(stream: true);
        var first = await fixture.One.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await first.AnswerAsync("{}", 500);
        await HedgeTests.AnswerAsync(await fixture.Two.NextAsync(), GatewayCalls.Chat, stream: true, "two");
        Assert.Equal((200, "two"), ((await asking).Status, (await asking).Header("x-parley-provider")));
    }

    [Fact]
    public async Task PinnedPlanAndCountedTokens_NoHedge()
    {
        await using var fixture = await HedgeFixture.StartAsync(time: _time);
        var snapshot = fixture.Gateway.Services.GetRequiredService<SnapshotHolder>().Current;
        Assert.True(snapshot.Catalog.TryFindCatalogued("gpt", out var model));
        var plan = new RoutePlan(model, model.Pool.All);
        Assert.Equal(TimeSpan.FromMilliseconds(1), DelayOf(plan, Operation.ChatCompletions));
        Assert.Null(DelayOf(plan with { Preferred = 1, IsPinned = true }, Operation.ChatCompletions));
        Assert.Null(DelayOf(plan, Operation.CountTokens));

        TimeSpan? DelayOf(RoutePlan of, Operation operation)
        {
            var surface = new Surface("/v1", operation, Dialect.OpenAIChat, ErrorShape.OpenAI);
            using var exchange = new GatewayExchange(new DefaultHttpContext(), surface, null!, snapshot, new RequestBody(new BufferedBytesBudget(), 0)) { RequestId = default, Started = 0 };
            var cursor = new RouteCursor(of);
            Assert.True(cursor.MoveToTarget(_time.GetTimestamp()));
            return HedgeRule.DelayOf(exchange, of, in cursor, _time);
        }
    }

    [Fact]
    public async Task ModelWithoutHedge_IsNotHedged()
    {
        await using var fixture = await HedgeFixture.StartAsync("null", time: _time);
        Assert.Equal("1", (await AskOneAsync(fixture, TimeSpan.FromSeconds(30))).Header("x-parley-attempts"));
    }

    [Fact]
    public async Task PreludeAlone_OpensNothingWhileASecondMayAnswer_AndDoesOnceItIsAlone()
    {
        await using var fixture = await HedgeFixture.StartAsync("""{ "afterMilliseconds": 100 }""", targets: 3, time: _time);
        var idle = _time.PendingTimers;
        using var asking = fixture.Gateway.SendAsync(GatewayCalls.Chat, GatewayCalls.Body(GatewayCalls.Chat, stream: true), GatewayCalls.Limit());
        var first = await fixture.One.NextAsync();
        await _time.WaitForTimersAsync(idle + 2, GatewayCalls.Limit());
        _time.Advance(TimeSpan.FromMilliseconds(100));
        var second = await fixture.Two.NextAsync();
        await first.SendAsync(HedgeAnswers.Prelude(GatewayCalls.Chat, "one"));
        await second.SendAsync(HedgeAnswers.Prelude(GatewayCalls.Chat, "two"));
        // Longer than the patience of the gate.
        for (var i = 0; i < 10; i++) _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(asking.IsCompleted);

        second.Break();
        while (!asking.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, GatewayCalls.Limit());
        }

        using var answer = await asking;
        Assert.Equal("one", answer.Headers.GetValues("x-parley-provider").Single());
        await first.SendAsync(HedgeAnswers.Content(GatewayCalls.Chat, "one", 1) + HedgeAnswers.End(GatewayCalls.Chat, "one"));
        first.End();
        Assert.Equal(
            HedgeAnswers.Prelude(GatewayCalls.Chat, "one") + HedgeAnswers.Content(GatewayCalls.Chat, "one", 1) + HedgeAnswers.End(GatewayCalls.Chat, "one"),
            await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));
    }

    // The first target answers after the given time; a second one is never asked.
    private async Task<Wire.Answer> AskOneAsync(HedgeFixture fixture, TimeSpan after)
    {
        var asking = fixture.AskAsync(stream: true);
        var call = await fixture.One.NextAsync();
        _time.Advance(after);
        await HedgeTests.AnswerAsync(call, GatewayCalls.Chat, stream: true, "one");
        return await asking;
    }
}
