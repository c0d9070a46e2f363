using Parley.Gateway.Tests.Harness;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience.Hedging;

/// <summary>A hedge never adds to the load of targets that are full, nor to the calls that a model may take.</summary>
public sealed class HedgeLoadTests
{
    private const string OneAtATime = """, "concurrency": { "max": 1, "queue": 5, "waitSeconds": 600 }""";
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task FirstWaitsForAPlace_ItsPatienceHasNotBegun_NoHedge()
    {
        await using var fixture = await HedgeFixture.StartAsync("""{ "afterMilliseconds": 100 }""", time: _time, target: OneAtATime);
        Assert.True(fixture.GateOf("one/m1").TryEnter(out var one));
        Assert.True(fixture.GateOf("two/m2").TryEnter(out var two));
        var asking = fixture.AskAsync(stream: true);
        await UntilAsync(() => fixture.GateOf("one/m1").Waiting == 1);
        two.Release();
        _time.Advance(TimeSpan.FromSeconds(5));
        one.Release();
        await HedgeTests.AnswerAsync(await fixture.One.NextAsync(), GatewayCalls.Chat, stream: true, "one");
        Assert.Equal(("one", "1"), ((await asking).Header("x-parley-provider"), (await asking).Header("x-parley-attempts")));
        Assert.Equal((1, 0), (fixture.One.Count, fixture.Two.Count));
        await fixture.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task OtherTargetIsFull_NoHedge_AndNothingWaitsThere()
    {
        await using var fixture = await HedgeFixture.StartAsync("""{ "afterMilliseconds": 100 }""", time: _time, target: OneAtATime);
        Assert.True(fixture.GateOf("two/m2").TryEnter(out var taken));
        var idle = _time.PendingTimers;
        var asking = fixture.AskAsync(stream: true);
        var first = await fixture.One.NextAsync();
        await _time.WaitForTimersAsync(idle + 2, GatewayCalls.Limit());
        _time.Advance(TimeSpan.FromSeconds(5));
        await HedgeTests.AnswerAsync(first, GatewayCalls.Chat, stream: true, "one");
        Assert.Equal("1", (await asking).Header("x-parley-attempts"));
        Assert.Equal((0, 0), (fixture.Two.Count, fixture.GateOf("two/m2").Waiting));
        taken.Release();
    }

    [Fact]
    public async Task HedgeWins_BothPlacesAreFreeAgain()
    {
        await using var fixture = await HedgeFixture.StartAsync(target: OneAtATime);
        var asking = fixture.AskAsync(stream: true);
        var first = await fixture.One.NextAsync();
        var second = await fixture.Two.NextAsync();
        Assert.Equal((1, 1), (fixture.GateOf("one/m1").Running, fixture.GateOf("two/m2").Running));
        await HedgeTests.AnswerAsync(second, GatewayCalls.Chat, stream: true, "two");
        Assert.Equal("two", (await asking).Header("x-parley-provider"));
        await first.Left;
        await fixture.AssertNothingLeftAsync();
        Assert.Equal((0, 0), (fixture.GateOf("one/m1").Running, fixture.GateOf("two/m2").Running));
    }

    [Fact]
    public async Task BothFail_CallsOfTheRaceCountAgainstAttempts()
    {
        await using var fixture = await HedgeFixture.StartAsync(targets: 3, model: """, "retry": { "attempts": 2 }""");
        var asking = fixture.AskAsync(stream: true);
        var (first, second) = (await fixture.One.NextAsync(), await fixture.Two.NextAsync());
        await second.AnswerAsync("{}", 503);
        await first.AnswerAsync("{}", 503);
        Assert.Equal((503, "2", 0), ((await asking).Status, (await asking).Header("x-parley-attempts"), fixture.Three.Count));
        await fixture.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task DefectInTheHedge_FirstAnswersAllTheSame()
    {
        var timers = new FaultyTimers(_time);
        await using var fixture = await HedgeFixture.StartAsync("""{ "afterMilliseconds": 100 }""", time: timers);
        var idle = _time.PendingTimers;
        var asking = fixture.AskAsync(stream: true);
        var first = await fixture.One.NextAsync();
        await _time.WaitForTimersAsync(idle + 2, GatewayCalls.Limit());
        timers.BreakNext();
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => timers.HasBroken);
        var sent = await HedgeTests.AnswerAsync(first, GatewayCalls.Chat, stream: true, "one");
        var answer = await asking;
        Assert.Equal((200, sent, "one"), (answer.Status, answer.Body, answer.Header("x-parley-provider")));
        Assert.Equal(["one/m1 200", "two/m2 0 internal"], HedgeFixture.Trail(await fixture.RecordAsync(answer.Header("x-request-id")!, 2)));
        // In one of two words: which of the calls is seen first to have ended is chance.
        await UntilAsync(() => fixture.Gateway.Log.Lines.Any(static line =>
            line.Contains("the call to two/m2", StringComparison.Ordinal) && line.Contains("ended by a defect of Parley", StringComparison.Ordinal)));
        await fixture.AssertNothingLeftAsync();
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var limit = GatewayCalls.Limit();
        while (!isSo()) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit);
    }

    /// <summary>A clock of which one timer fails when it is set: a defect in the middle of a call.</summary>
    private sealed class FaultyTimers(TimeProvider inner) : TimeProvider
    {
        private int _left;

        internal bool HasBroken { get; private set; }

        internal void BreakNext() => Volatile.Write(ref _left, 1);

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new FaultyTimer(this, inner.CreateTimer(callback, state, dueTime, period));

        private sealed class FaultyTimer(FaultyTimers owner, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime == Timeout.InfiniteTimeSpan || Interlocked.Exchange(ref owner._left, 0) == 0) return timer.Change(dueTime, period);
                owner.HasBroken = true;
                throw new NotSupportedException("a defect");
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
