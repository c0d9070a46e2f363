using Parley.Gateway.Admin.Explaining;
using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Picking;
using Parley.Gateway.Tests.Routing.Picking;
using Parley.Testing;

namespace Parley.Gateway.Tests.Admin;

/// <summary>What is explained of least-latency is what its picker does.</summary>
public sealed class GroupOrderTests
{
    [Theory]
    [InlineData("100 200 300", "0 0 0")]
    [InlineData("100 - 300", "0 1 0")]
    [InlineData("100 - -", "3 1 2")]
    [InlineData("- - -", "1 1 2")]
    [InlineData("100 - 300", "0 0 0")]
    [InlineData("100 100", "0 0")]
    public void LeastLatency_SharesAreThoseOfThePicker(string milliseconds, string calls)
    {
        var time = new ManualTimeProvider();
        var now = time.GetTimestamp();
        var counts = calls.Split(' ').Select(int.Parse).ToArray();
        var members = PickerMembers.Of(time, [.. counts.Select(static _ => 1)]);
        foreach (var (member, text, running) in members.Zip(milliseconds.Split(' '), counts))
        {
            if (int.TryParse(text, out var known)) member.State.Latency.Record(now, known);
            for (var call = 0; call < running; call++) member.State.Enter();
        }

        var random = new Random(1);
        var picker = new LeastLatencyPicker(random.NextDouble);
        var pool = new TargetPool(members, PickRule.LeastLatency, picker);
        var places = GroupOrder.Of(new RoutePlan(new CatalogModel("m", null, pool) { State = new ModelState() }, pool.All), pool.All, now);

        const int Draws = 20_000;
        var drawn = new int[members.Length];
        for (var draw = 0; draw < Draws; draw++) drawn[picker.Pick(members, pool.All, new PickContext(now, 0))]++;
        Assert.Equal(members.Length, places.Count);
        Assert.All(places, place => Assert.InRange(drawn[place.Position] / (double)Draws, (place.Share ?? 0) - 0.02, (place.Share ?? 0) + 0.02));
    }
}
