using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience.Queueing;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience.Queueing;

/// <summary>Who runs, who waits, whose turn it is, who gives up; by a clock that moves when told, and on many threads.</summary>
public sealed class ConcurrencyGateTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task PlacesAndQueueAreTaken_RefusesAtOnce()
    {
        var gate = Gate(max: 2, queue: 1);
        Assert.True(gate.TryEnter(out var first));
        Assert.True(gate.TryEnter(out _));
        Assert.False(gate.TryEnter(out _));
        var waiting = Enter(gate, "a");
        Assert.Equal((2, 1, false), (gate.Running, gate.Waiting, gate.HasRoom));
        Assert.Equal(GateAnswer.Full, (await Enter(gate, "b")).Answer);
        first.Release();
        Assert.Equal(GateAnswer.Entered, (await waiting.WaitAsync(Soon)).Answer);
        Assert.Equal((2, 0), (gate.Running, gate.Waiting));
    }

    [Fact]
    public async Task WaitsTooLong_GivesUp_AndItsPlaceInTheQueueIsFree()
    {
        var gate = Gate(max: 1, queue: 1, seconds: 20);
        gate.TryEnter(out _);
        var waiting = Enter(gate, "a");
        _time.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromTicks(1));
        Assert.Equal(1, gate.Waiting);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(0, gate.Waiting);
        Assert.Equal(GateAnswer.TimedOut, (await waiting.WaitAsync(Soon)).Answer);
    }

    [Fact]
    public async Task ShorterPatience_IsKept()
    {
        var gate = Gate(max: 1, queue: 1, seconds: 20);
        gate.TryEnter(out _);
        var waiting = gate.EnterAsync("a", 5, TimeSpan.FromSeconds(3), CancellationToken.None).AsTask();
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(GateAnswer.OutOfPatience, (await waiting.WaitAsync(Soon)).Answer);
    }

    [Fact]
    public async Task CallerLeaves_PlaceInTheQueueIsFreeAtOnce()
    {
        var gate = Gate(max: 1, queue: 1);
        gate.TryEnter(out _);
        using var left = new CancellationTokenSource();
        var waiting = gate.EnterAsync("a", 5, Timeout.InfiniteTimeSpan, left.Token).AsTask();
        await left.CancelAsync();
        Assert.Equal(0, gate.Waiting);
        Assert.Equal(GateAnswer.Left, (await waiting.WaitAsync(Soon)).Answer);
        Assert.Equal(GateAnswer.Left, (await gate.EnterAsync("a", 5, Timeout.InfiniteTimeSpan, left.Token).AsTask().WaitAsync(Soon)).Answer);
        Assert.Equal((1, 0), (gate.Running, gate.Waiting));
    }

    [Fact]
    public async Task KeysHaveTurns_PrioritiesComeFirst()
    {
        var gate = Gate(max: 1, queue: 20);
        gate.TryEnter(out var place);
        var order = new List<string>();
        var waiting = new List<Task<(GateAnswer, GatePlace)>>();
        foreach (var (name, key, priority) in new[] { ("a1", "a", 5), ("a2", "a", 5), ("a3", "a", 5), ("b1", "b", 5), ("c1", "c", 7), ("c2", "c", 7), ("b2", "b", 5), ("d1", "d", 1) })
            waiting.Add(Named(order, name, Enter(gate, key, priority)));
        while (gate.Waiting > 0)
        {
            place.Release();
            (_, place) = await (await Task.WhenAny(waiting).WaitAsync(Soon));
            waiting.RemoveAll(static task => task.IsCompleted);
        }

        Assert.Equal(["c1", "c2", "a1", "b1", "a2", "b2", "a3", "d1"], order);
    }

    [Fact]
    public async Task LowestPriority_UnderAStreamOfTheHighest_HasItsTurnBeforeItsTimeIsUp()
    {
        var gate = Gate(max: 1, queue: 100, seconds: 30);
        gate.TryEnter(out var place);
        var low = Enter(gate, "low", priority: 1);
        var high = new Queue<Task<(GateAnswer Answer, GatePlace Place)>>();
        for (var i = 0; i < 50; i++) high.Enqueue(Enter(gate, "high", priority: 10));
        var seconds = 0;
        for (; !low.IsCompleted; seconds++)
        {
            Assert.InRange(seconds, 0, 29);
            _time.Advance(TimeSpan.FromSeconds(1));
            place.Release();
            var served = await (await Task.WhenAny(low, high.Peek()).WaitAsync(Soon));
            place = served.Place;
            if (!low.IsCompleted) _ = high.Dequeue();
            high.Enqueue(Enter(gate, "high", priority: 10));
        }

        // Up by one every three seconds; with the highest it is the next key's turn.
        Assert.InRange(seconds, 27, 29);
        Assert.Equal(GateAnswer.Entered, (await low).Answer);
    }

    [Fact]
    public async Task LimitIsRaised_WaitersRunAtOnce_LoweredStopsNobody()
    {
        var gate = Gate(max: 3, queue: 5);
        var places = Enumerable.Range(0, 3).Select(_ => gate.TryEnter(out var place) ? place : default).ToList();
        var waiting = Enumerable.Range(0, 5).Select(_ => Enter(gate, "a")).ToList();
        gate.Limit(new ConcurrencyConfig { Max = 1, Queue = 2 });
        Assert.Equal((3, 5), (gate.Running, gate.Waiting));
        places[0].Release();
        places[1].Release();
        Assert.Equal((1, 5), (gate.Running, gate.Waiting));
        gate.Limit(new ConcurrencyConfig { Max = 4, Queue = 2 });
        Assert.Equal((4, 2), (gate.Running, gate.Waiting));
        Assert.All(await Task.WhenAll(waiting[..3]).WaitAsync(Soon), static result => Assert.Equal(GateAnswer.Entered, result.Answer));
        gate.Limit(null);
        Assert.Equal((6, 0, true), (gate.Running, gate.Waiting, gate.HasRoom));
    }

    [Fact]
    public void Estimate_IsWhatTheQueueTakesAsCallsLast()
    {
        var gate = Gate(max: 2, queue: 10);
        Assert.Equal(TimeSpan.FromSeconds(1), gate.Estimate());
        gate.TryEnter(out var place);
        _time.Advance(TimeSpan.FromSeconds(6));
        place.Release();
        Assert.Equal(TimeSpan.FromSeconds(3), gate.Estimate());
        gate.TryEnter(out _);
        gate.TryEnter(out _);
        for (var i = 0; i < 3; i++) _ = Enter(gate, "a");
        Assert.Equal(TimeSpan.FromSeconds(12), gate.Estimate());
    }

    [Fact]
    public async Task ManyThreads_NeverMoreThanMax_NobodyIsLost()
    {
        const int Max = 7;
        var gate = new ConcurrencyGate(TimeProvider.System);
        gate.Limit(new ConcurrencyConfig { Max = Max, Queue = 1000 });
        int running = 0, most = 0, entered = 0, left = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 200; i++)
            {
                using var leaving = new CancellationTokenSource();
                var entering = gate.EnterAsync($"k{worker % 5}", 1 + (worker % 10), Timeout.InfiniteTimeSpan, leaving.Token).AsTask();
                if (random.Next(4) == 0) await leaving.CancelAsync();
                var (answer, place) = await entering;
                if (answer != GateAnswer.Entered)
                {
                    Assert.Equal(GateAnswer.Left, answer);
                    Interlocked.Increment(ref left);
                    continue;
                }

                InterlockedMax(ref most, Interlocked.Increment(ref running));
                if (random.Next(2) == 0) await Task.Yield();
                Interlocked.Decrement(ref running);
                Interlocked.Increment(ref entered);
                place.Release();
            }
        }))).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((0, 0, 64 * 200), (gate.Running, gate.Waiting, entered + left));
        Assert.InRange(most, 2, Max);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
        }
    }

    private static async Task<(GateAnswer, GatePlace)> Named(List<string> order, string name, Task<(GateAnswer, GatePlace)> entering)
    {
        var result = await entering;
        lock (order) order.Add(name);
        return result;
    }

    private static Task<(GateAnswer Answer, GatePlace Place)> Enter(ConcurrencyGate gate, string key, int priority = 5) =>
        gate.EnterAsync(key, priority, Timeout.InfiniteTimeSpan, CancellationToken.None).AsTask();

    private ConcurrencyGate Gate(int max, int queue, int seconds = 30)
    {
        var gate = new ConcurrencyGate(_time);
        gate.Limit(new ConcurrencyConfig { Max = max, Queue = queue, Wait = TimeSpan.FromSeconds(seconds) });
        return gate;
    }
}
