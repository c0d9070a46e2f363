using Parley.Testing;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Testing;

/// <summary>The clock the tests stand on.</summary>
public sealed class ManualTimeProviderTests
{
    [Fact]
    public async Task Advance_OverSeveralTimers_FiresEachAtItsOwnTimeInOrder()
    {
        var time = new ManualTimeProvider();
        var start = time.GetUtcNow();
        var fired = new List<double>();
        await using var late = time.CreateTimer(_ => fired.Add((time.GetUtcNow() - start).TotalSeconds), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        await using var often = time.CreateTimer(_ => fired.Add((time.GetUtcNow() - start).TotalSeconds), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        var delay = Task.Delay(TimeSpan.FromSeconds(6), time, Soon);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([2, 4, 5], fired);
        Assert.False(delay.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await delay.WaitAsync(Soon);
        Assert.Equal(TimeSpan.FromSeconds(6), time.GetElapsedTime(start.Ticks));
    }

    [Fact]
    public async Task CancelAfter_OnTheClock_Cancels()
    {
        var time = new ManualTimeProvider();
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
        await time.WaitForTimersAsync(1, Soon);
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(source.IsCancellationRequested);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(source.IsCancellationRequested);
    }
}
