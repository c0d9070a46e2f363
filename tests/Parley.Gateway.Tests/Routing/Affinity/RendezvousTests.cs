using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience.Breakers;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Picking;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Routing.Affinity;

/// <summary>Affinity by header or key: the same caller, the same target, on every replica.</summary>
public sealed class RendezvousTests
{
    private const int Callers = 3000;

    [Fact]
    public void LostTarget_MovesOnlyItsOwnCallers_WhoComeBack()
    {
        var (model, _) = AffinityModels.Of(5);
        var before = Choices(model.Pool);
        Assert.Equal(5, before.Distinct().Count());
        Assert.All(before.GroupBy(static target => target), group => Assert.InRange(group.Count(), Callers / 5 * 0.8, Callers / 5 * 1.2));

        var breaker = model.Pool.Members[3].State.Breakers[0];
        breaker.Fail(TimeProvider.System.GetTimestamp(), new TargetFailure(GatewayErrorKind.UpstreamFailed, 500, null));
        var without = Choices(model.Pool);
        for (var caller = 0; caller < Callers; caller++) Assert.Equal(before[caller] != 3, before[caller] == without[caller]);
        Assert.Equal(4, without.Where((_, caller) => before[caller] == 3).Distinct().Count());

        breaker.Reset(TimeProvider.System.GetTimestamp());
        Assert.Equal(before, Choices(model.Pool));
        // Another process with the same file.
        Assert.Equal(before, Choices(AffinityModels.Of(5).Model.Pool));
    }

    [Fact]
    public void Weights_AreShares()
    {
        var choices = Choices(AffinityModels.Of(2, weights: [3, 1]).Model.Pool);
        Assert.InRange(choices.Count(static target => target == 0), Callers * 0.72, Callers * 0.78);
    }

    [Fact]
    public void Choice_MakesNoObject()
    {
        var pool = AffinityModels.Of(30).Model.Pool;
        var context = new PickContext(TimeProvider.System.GetTimestamp(), 0, StableHash.Of("someone"));
        pool.Choose(pool.All, -1, in context);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) pool.Choose(pool.All, -1, in context);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Header_SameValue_SameTarget_WithoutItAnyTarget()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(""" "affinity": { "kind": "header", "name": "x-session" } """);
        await using var replica = await pool.StartGatewayAsync(""" "affinity": { "kind": "header", "name": "X-Session" } """);
        var seen = new HashSet<string>();
        for (var session = 0; session < 12; session++)
        {
            var first = await AskAsync(gateway.Client, ("X-Session", $"s{session}"));
            Assert.Equal(first, await AskAsync(gateway.Client, ("x-session", $"s{session}")));
            Assert.Equal(first, await AskAsync(replica.Client, ("x-session", $"s{session}")));
            seen.Add(first);
        }

        Assert.Equal(3, seen.Count);
        var without = new HashSet<string>();
        for (var call = 0; call < 40; call++) without.Add(await AskAsync(gateway.Client));
        Assert.Equal(3, without.Count);
    }

    [Fact]
    public async Task Key_SameKey_SameTarget_AndFailoverGoesToItsNext()
    {
        await using var pool = await BackendPool.StartAsync();
        await using var gateway = await pool.StartGatewayAsync(""" "affinity": { "kind": "key" } """);
        var seen = new HashSet<string>();
        for (var key = 0; key < 8; key++)
        {
            using var client = await gateway.KeyAsync();
            var first = await AskAsync(client);
            for (var call = 0; call < 3; call++) Assert.Equal(first, await AskAsync(client));
            seen.Add(first);
        }

        Assert.True(seen.Count > 1);
        var own = await AskAsync(gateway.Client);
        pool.Status[own[0] - '0'] = 500;
        var next = await AskAsync(gateway.Client);
        Assert.NotEqual(own, next);
        for (var call = 0; call < 5; call++) Assert.Equal(next, await AskAsync(gateway.Client));
    }

    private static async Task<string> AskAsync(HttpClient client, params (string, string)[] headers)
    {
        var answer = await client.PostAsync("/v1/chat/completions", """{"model":"gpt","messages":[]}""", headers);
        Assert.Equal(200, answer.Status);
        return answer.Header("X-Served-By-Instance")!;
    }

    private static List<int> Choices(TargetPool pool)
    {
        var now = TimeProvider.System.GetTimestamp();
        return [.. Enumerable.Range(0, Callers).Select(caller => pool.Choose(pool.All, -1, new PickContext(now, 0, StableHash.Of($"caller-{caller}"))))];
    }
}
