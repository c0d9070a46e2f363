using System.Net;
using Parley.Gateway.Configuration;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Picking;
using Parley.Testing;

namespace Parley.Gateway.Tests.Routing.Picking;

/// <summary>What each rule prefers, with scripted randomness.</summary>
public sealed class TargetPickersTests
{
    private readonly ManualTimeProvider _time = new();

    private PickContext Now => new(_time.GetTimestamp(), 0);

    [Fact]
    public void AnyRule_AnyStateAndCandidates_PicksACandidate()
    {
        var random = new Random(11);
        foreach (var rule in Enum.GetValues<PickRule>())
        {
            var members = PickerMembers.Of(_time, [.. Enumerable.Range(0, 64).Select(_ => random.Next(1, 100))]);
            var picker = new TargetPickers(random.NextDouble).Of(rule).For(members);
            for (var round = 0; round < 3000; round++)
            {
                Disturb(members[random.Next(members.Length)], random);
                var candidates = (ulong)random.NextInt64() & (ulong)random.NextInt64();
                if (candidates == 0) candidates = 1UL << 63;
                var chosen = picker.Pick(members, candidates, new PickContext(_time.GetTimestamp(), (ulong)random.NextInt64()));
                Assert.True((candidates & (1UL << chosen)) != 0, $"{rule}: {chosen} is not one of {candidates:x}");
                if (random.Next(50) == 0) _time.Advance(TimeSpan.FromSeconds(random.Next(40)));
            }
        }
    }

    [Theory]
    [InlineData(PickRule.Weighted, 300, 100, 400)]
    [InlineData(PickRule.Random, 267, 267, 266)]
    public void EveryPointOfTheRange_GivesTheShares(PickRule rule, params int[] expected)
    {
        var members = PickerMembers.Of(3, 1, 4);
        var at = 0;
        var picker = new TargetPickers(() => at++ / 800.0).Of(rule);
        Assert.Equal(expected, picker.Counts(members, members.All(), 800));
    }

    [Fact]
    public void LeastBusy_FewestCallsForTheWeight()
    {
        var members = PickerMembers.Of(1, 4, 2);
        Enter(members, 2, 7, 4);
        var picker = new TargetPickers(() => 0).Of(PickRule.LeastBusy);
        Assert.Equal(1, picker.Pick(members, 0b111, Now));
        Assert.Equal(0, picker.Pick(members, 0b101, Now));
        Enter(members, 0, 1, 0);
        // All are as busy now (2): who is picked is left to chance, by weight.
        Assert.Equal([100, 400, 200], Spread(PickRule.LeastBusy, members, 700));
    }

    [Fact]
    public void LeastLatency_TheQuickerOfTwoForItsCallsInFlight()
    {
        var members = PickerMembers.Of(_time, 1, 1);
        members[0].State.Latency.Record(_time.GetTimestamp(), 100);
        members[1].State.Latency.Record(_time.GetTimestamp(), 350);
        Assert.Equal([100, 0], Spread(PickRule.LeastLatency, members, 100));
        // 100 ms × 4 is more than 350 ms × 1.
        Enter(members, 3, 0);
        Assert.Equal([0, 100], Spread(PickRule.LeastLatency, members, 100));
    }

    [Fact]
    public void LeastLatency_ThirtyMembers_TheBestGetsTwoOfThirtyAndTheWorstNone()
    {
        var members = PickerMembers.Of(_time, [.. Enumerable.Repeat(1, 30)]);
        for (var i = 0; i < 30; i++) members[i].State.Latency.Record(_time.GetTimestamp(), 100 + i);
        var random = new Random(3);
        var counts = new int[30];
        var picker = new TargetPickers(random.NextDouble).Of(PickRule.LeastLatency);
        for (var i = 0; i < 30_000; i++) counts[picker.Pick(members, members.All(), Now)]++;
        Assert.InRange(counts[0], 1800, 2200);
        Assert.Equal(0, counts[29]);
    }

    [Fact]
    public void LeastLatency_Unmeasured_IsTriedFirstByOneCallAtATime()
    {
        var members = PickerMembers.Of(_time, 1, 1, 1);
        members[0].State.Latency.Record(_time.GetTimestamp(), 100);
        members[1].State.Latency.Record(_time.GetTimestamp(), 200);
        Assert.Equal([0, 0, 50], Spread(PickRule.LeastLatency, members, 50));
        Enter(members, 0, 0, 1);
        // Somebody finds out: until then it is the busier one of any two.
        Assert.Equal(0, Spread(PickRule.LeastLatency, members, 50)[2]);
    }

    [Fact]
    public void LeastLatency_SlowOnce_IsAskedAgainAfterAWhile()
    {
        var members = PickerMembers.Of(_time, 1, 1);
        members[1].State.Latency.Record(_time.GetTimestamp(), 30_000);
        for (var second = 0; second < 29; second++)
        {
            members[0].State.Latency.Record(_time.GetTimestamp(), 100);
            Assert.Equal(0, Spread(PickRule.LeastLatency, members, 10)[1]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        members[0].State.Latency.Record(_time.GetTimestamp(), 100);
        Assert.Equal([0, 10], Spread(PickRule.LeastLatency, members, 10));
        // What it then takes counts, not what it took long ago.
        members[1].State.Latency.Record(_time.GetTimestamp(), 50);
        Assert.InRange(members[1].State.Latency.Milliseconds, 50, 2000);
    }

    [Fact]
    public void MostCapacity_LargestShareOfTheSmallerOfBothLimits()
    {
        var members = PickerMembers.Of(_time, 1, 1, 1);
        Answer(members[0], ("x-ratelimit-limit-requests", "100"), ("x-ratelimit-remaining-requests", "90"), ("x-ratelimit-limit-tokens", "1000"), ("x-ratelimit-remaining-tokens", "200"));
        Answer(members[1], ("x-ratelimit-limit-requests", "100"), ("x-ratelimit-remaining-requests", "30"), ("x-ratelimit-limit-tokens", "1000"), ("x-ratelimit-remaining-tokens", "900"));
        // The third one has told nothing, and counts as the mean of the others.
        Assert.Equal([0, 10, 0], Spread(PickRule.MostCapacity, members, 10));
        Answer(members[2], ("anthropic-ratelimit-requests-limit", "50"), ("anthropic-ratelimit-requests-remaining", "49"), ("anthropic-ratelimit-output-tokens-limit", "8000"), ("anthropic-ratelimit-output-tokens-remaining", "800"));
        Assert.Equal([0, 10, 0], Spread(PickRule.MostCapacity, members, 10));
        // The limits are whole again after a minute, where nothing else is said.
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.All(Spread(PickRule.MostCapacity, members, 300), static count => Assert.Equal(100, count));
    }

    [Fact]
    public void LeastLatency_NeverMeasured_IsTriedOnceInAWhileAndDrawsNoTraffic()
    {
        var members = PickerMembers.Of(_time, 1, 1);
        var picker = new TargetPickers(new Random(5).NextDouble).Of(PickRule.LeastLatency);
        var failed = 0;
        // The second one answers 404 at once, the first one well: ten calls a second for two minutes.
        for (var call = 0; call < 1200; call++)
        {
            var chosen = picker.Pick(members, members.All(), Now);
            members[chosen].State.Enter();
            if (chosen == 0) members[0].State.Latency.Record(_time.GetTimestamp(), 300);
            else failed++;
            members[chosen].State.Exit();
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(failed, 3, 5);
        // However busy the one that answers is.
        Enter(members, 50);
        Assert.Equal([10, 0], Spread(PickRule.LeastLatency, members, 10));
    }

    [Fact]
    public void MostCapacity_NothingIsKnownOfAny_AllAreFull()
    {
        var members = PickerMembers.Of(_time, 1, 1);
        Assert.Equal([50, 50], Spread(PickRule.MostCapacity, members, 100));
        // What is known and full goes before what is used, and the one that never tells counts as the known one.
        Answer(members[0], ("x-ratelimit-limit-requests", "100"), ("x-ratelimit-remaining-requests", "10"));
        Assert.Equal([50, 50], Spread(PickRule.MostCapacity, members, 100));
    }

    [Fact]
    public void MostCapacity_SameShare_TheLessBusyOne()
    {
        var members = PickerMembers.Of(_time, 1, 1);
        Answer(members[0], ("x-ratelimit-limit-requests", "1000"), ("x-ratelimit-remaining-requests", "500"));
        Answer(members[1], ("x-ratelimit-limit-requests", "1000"), ("x-ratelimit-remaining-requests", "499"));
        Enter(members, 2, 1);
        Assert.Equal([0, 10], Spread(PickRule.MostCapacity, members, 10));
    }

    private int[] Spread(PickRule rule, RouteTarget[] members, int turns)
    {
        var at = 0;
        var picker = new TargetPickers(() => at++ % turns / (double)turns).Of(rule).For(members);
        var counts = new int[members.Length];
        for (var i = 0; i < turns; i++) counts[picker.Pick(members, members.All(), Now)]++;
        return counts;
    }

    private static void Enter(RouteTarget[] members, params int[] calls)
    {
        for (var index = 0; index < calls.Length; index++)
        {
            for (var call = 0; call < calls[index]; call++) members[index].State.Enter();
        }
    }

    private static void Answer(RouteTarget target, params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK);
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value);
        using var reply = new UpstreamReply(response);
        target.State.Capacity.Note(reply);
    }

    private void Disturb(RouteTarget target, Random random)
    {
        switch (random.Next(4))
        {
            case 0: target.State.Enter(); break;
            case 1 when target.State.InFlight > 0: target.State.Exit(); break;
            case 2: target.State.Latency.Record(_time.GetTimestamp(), random.Next(1, 5000)); break;
            default:
                Answer(target, ("x-ratelimit-limit-tokens", "1000"), ("x-ratelimit-remaining-tokens", $"{random.Next(0, 1001)}"), ("x-ratelimit-reset-tokens", $"{random.Next(1, 60)}s"));
                break;
        }
    }
}
