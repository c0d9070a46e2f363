using Parley.Gateway.Resilience.Hedging;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience.Hedging;

/// <summary>The percentile is right within a bucket, needs enough measurements, and forgets.</summary>
public sealed class FirstTokenTimesTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void FewMeasurements_NothingIsKnown()
    {
        var times = new FirstTokenTimes(_time);
        for (var i = 0; i < FirstTokenTimes.LeastMeasurements - 1; i++) times.Record(_time.GetTimestamp(), 100);
        Assert.Null(times.Percentile95(_time.GetTimestamp()));
        times.Record(_time.GetTimestamp(), 100);
        Assert.InRange(times.Percentile95(_time.GetTimestamp())!.Value.TotalMilliseconds, 100, 110);
    }

    [Fact]
    public void RandomTimes_PercentileIsTheTrueOneWithinABucket()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var times = new FirstTokenTimes(_time);
            var all = Enumerable.Range(0, random.Next(20, 2000)).Select(_ => Math.Pow(2, 1 + (random.NextDouble() * 17))).ToList();
            foreach (var one in all) times.Record(_time.GetTimestamp(), one);
            all.Sort();
            var exact = all[(int)Math.Ceiling(all.Count * 0.95) - 1];
            Assert.InRange(times.Percentile95(_time.GetTimestamp())!.Value.TotalMilliseconds / exact, 0.999, 1.1);
            _time.Advance(3 * FirstTokenTimes.Generation);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.MaxValue)]
    public void TimesOutsideTheBuckets_CountAsTheNearest(double milliseconds)
    {
        var times = new FirstTokenTimes(_time);
        for (var i = 0; i < 20; i++) times.Record(_time.GetTimestamp(), milliseconds);
        Assert.InRange(times.Percentile95(_time.GetTimestamp())!.Value.TotalMilliseconds, 1, 1 << 20);
    }

    [Fact]
    public void OldMeasurements_AreForgotten()
    {
        var times = new FirstTokenTimes(_time);
        for (var i = 0; i < 100; i++) times.Record(_time.GetTimestamp(), 5000);
        _time.Advance(FirstTokenTimes.Generation);
        Assert.NotNull(times.Percentile95(_time.GetTimestamp()));
        for (var i = 0; i < 100; i++) times.Record(_time.GetTimestamp(), 50);
        Assert.InRange(times.Percentile95(_time.GetTimestamp())!.Value.TotalMilliseconds, 5000, 5500);
        _time.Advance(FirstTokenTimes.Generation);
        Assert.InRange(times.Percentile95(_time.GetTimestamp())!.Value.TotalMilliseconds, 50, 55);
        _time.Advance(FirstTokenTimes.Generation);
        Assert.Null(times.Percentile95(_time.GetTimestamp()));
    }

    [Fact]
    public async Task ManyAtOnce_AllAreCounted()
    {
        var times = new FirstTokenTimes(_time);
        times.Record(_time.GetTimestamp(), 10);
        await Parallel.ForAsync(0, 4, (_, _) =>
        {
            for (var i = 0; i < 10_000; i++) times.Record(_time.GetTimestamp(), i % 10 == 0 ? 1000 : 10);
            return ValueTask.CompletedTask;
        });
        Assert.InRange(times.Percentile95(_time.GetTimestamp())!.Value.TotalMilliseconds, 1000, 1100);
    }
}
