using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Tests.Routing.Picking;

/// <summary>Turns: their order, the shares of every window, members that go and come back, and many threads.</summary>
public sealed class RoundRobinPickerTests
{
    [Theory]
    [InlineData("abcabcabc", 1, 1, 1)]
    [InlineData("aaabaaab", 3, 1)]
    [InlineData("aaabaacaaabaac", 5, 1, 1)]
    [InlineData("aaa", 7)]
    public void Turns_AreSpreadByWeight(string expected, params int[] weights)
    {
        var members = PickerMembers.Of(weights);
        Assert.Equal(expected, new RoundRobinPicker().For(members).Letters(members, members.All(), expected.Length));
    }

    [Fact]
    public void HeavyBesideMany_TheManyDoNotHaveTheirTurnsAtOnce()
    {
        var members = PickerMembers.Of([10, .. Enumerable.Repeat(1, 10)]);
        var turns = new RoundRobinPicker().For(members).Letters(members, members.All(), 60);
        Assert.All(turns.Split('a'), static between => Assert.InRange(between.Length, 0, 2));
        Assert.DoesNotContain("aaa", turns, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryWindowOfAllWeights_HasExactlyTheShares()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var members = PickerMembers.Of([.. Enumerable.Range(0, random.Next(1, 31)).Select(_ => random.Next(1, 9))]);
            var window = members.Sum(static member => member.Weight);
            var picker = new RoundRobinPicker().For(members);
            picker.Counts(members, members.All(), random.Next(0, 3 * window));
            Assert.Equal(members.Select(static member => member.Weight), picker.Counts(members, members.All(), window));
        }
    }

    [Fact]
    public void OneIsOut_TheOthersKeepTheirShares_AndItComesBackWithoutCatchingUp()
    {
        var members = PickerMembers.Of(2, 1, 1);
        var picker = new RoundRobinPicker().For(members);
        picker.Counts(members, members.All(), 8);
        Assert.Equal([0, 500, 500], picker.Counts(members, 0b110, 1000));
        var back = picker.Letters(members, members.All(), 12);
        Assert.DoesNotContain("aaa", back, StringComparison.Ordinal);
        Assert.InRange(back.Count(static c => c == 'a'), 6, 7);
    }

    [Fact]
    public void WeightsWithoutACommonMultiple_ComeWithinAMillionth()
    {
        var members = PickerMembers.Of(997, 1009, 999_983);
        var counts = new RoundRobinPicker().For(members).Counts(members, members.All(), 1_001_989);
        // The heaviest takes a step of the line's own resolution.
        Assert.InRange(counts[0], 950, 1050);
        Assert.InRange(counts[1], 960, 1060);
    }

    [Fact]
    public async Task ManyThreads_EveryTurnIsTakenOnce()
    {
        const int Threads = 8;
        const int Turns = 20_000;
        var members = PickerMembers.Of(3, 2, 1, 1, 1);
        var picker = new RoundRobinPicker().For(members);
        var counts = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() => picker.Counts(members, members.All(), Turns))));
        Assert.Equal([60_000, 40_000, 20_000, 20_000, 20_000], Enumerable.Range(0, 5).Select(index => counts.Sum(count => count[index])));
    }

    [Fact]
    public void TwoPools_HaveTurnsOfTheirOwn()
    {
        var members = PickerMembers.Of(1, 1);
        var (one, other) = (new RoundRobinPicker().For(members), new RoundRobinPicker().For(members));
        Assert.Equal("ab", one.Letters(members, members.All(), 2));
        Assert.Equal("ab", other.Letters(members, members.All(), 2));
        // A pool of some of the members goes on with the turns of the whole one.
        Assert.Same(one, one.For(members[..1]));
    }
}
