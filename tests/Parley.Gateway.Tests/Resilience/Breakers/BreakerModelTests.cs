using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience.Breakers;

namespace Parley.Gateway.Tests.Resilience.Breakers;

/// <summary>Random events and clock steps: the breaker says at every step what a plain reading of its rules says.</summary>
public sealed class BreakerModelTests
{
    private static readonly BreakerConfig[] Rules =
    [
        new(),
        new() { Open = TimeSpan.FromSeconds(3), MostRetryAfter = TimeSpan.FromSeconds(20) },
        new() { AcceptRetryAfter = false },
        BreakerBench.Counted(3),
        BreakerBench.Counted(percentage: 40) with { MinimumCalls = 5 },
        BreakerBench.Counted(6, 60) with { MinimumCalls = 3, Interval = TimeSpan.FromSeconds(10), Open = TimeSpan.FromSeconds(5) },
        new() { Rule = BreakerRule.Off },
    ];

    [Fact]
    public void RandomEvents_StatesAndChanges_AreTheModels()
    {
        for (var seed = 0; seed < 700; seed++)
        {
            var random = new Random(seed);
            var rule = Rules[seed % Rules.Length];
            var bench = new BreakerBench(rule);
            var model = new Model(rule, bench.Now);
            var calls = new List<(long Started, long Probe, int ModelProbe)>();
            for (var step = 0; step < 120; step++)
            {
                var did = Step(random, bench, model, calls);
                var (now, at) = (bench.Now, $"seed {seed}, step {step}: {did}");
                Assert.True(model.State(now) == bench.State, $"{at}: model {model.State(now)}, breaker {bench.State}");
                Assert.True(model.MayEnter(now) == bench.Breaker.IsAvailable(now), $"{at}: availability");
                Assert.True((now < model.OpenUntil ? model.OpenUntil : 0) == bench.Breaker.OpenUntil(now), $"{at}: open until");
            }
        }
    }

    private static string Step(Random random, BreakerBench bench, Model model, List<(long Started, long Probe, int ModelProbe)> calls)
    {
        var now = bench.Now;
        switch (random.Next(10))
        {
            case 0 or 1:
                bench.Time.Advance(TimeSpan.FromTicks((long)(Math.Pow(10, random.NextDouble() * 1.9) * TimeSpan.TicksPerSecond)));
                return "time passes";
            case 2 or 3 or 4:
                var modelProbe = model.TryEnter(now, out var modelEntered);
                Assert.Equal(modelEntered, bench.Breaker.TryEnter(now, out var probe));
                Assert.Equal(modelProbe != 0, probe != 0);
                if (modelEntered) calls.Add((now, probe, modelProbe));
                return "a call begins";
            case 9 when random.Next(6) == 0:
                model.Trip(now, TimeSpan.FromSeconds(40));
                bench.Breaker.Trip(now, TimeSpan.FromSeconds(40));
                return "tripped";
            case 9 when random.Next(4) == 0:
                model.Reset();
                bench.Breaker.Reset(now);
                return "reset";
        }

        // A call also ends that was made although the breaker was open, because no other target was left.
        var call = calls.Count > 0 ? calls[random.Next(calls.Count)] : (Started: now, Probe: 0, ModelProbe: 0);
        calls.Remove(call);
        switch (random.Next(4))
        {
            case 0 or 1:
                var asked = random.Next(3) == 0 ? TimeSpan.FromSeconds(random.Next(0, 400)) : (TimeSpan?)null;
                var status = ((int[])[500, 503, 429, 401, 0, 424])[random.Next(6)];
                var kind = status == 429 ? GatewayErrorKind.UpstreamRateLimited : status == 401 ? GatewayErrorKind.UpstreamUnauthorized : GatewayErrorKind.UpstreamFailed;
                var opened = model.Fail(now, status, asked);
                Assert.Equal(opened, bench.Breaker.Fail(now, new TargetFailure(kind, status, asked))?.To == BreakerState.Open);
                return $"{status} with {asked}";
            case 2:
                var closed = model.Succeed(now, call.Started);
                Assert.Equal(closed, bench.Breaker.Succeed(now, call.Started)?.To == BreakerState.Healthy);
                return "answered";
            default:
                model.Abandon(call.ModelProbe);
                bench.Breaker.Abandon(call.Probe);
                return "left";
        }
    }

    /// <summary>The rules once more, with lists in place of slices and no thought of threads.</summary>
    private sealed class Model(BreakerConfig rule, long start)
    {
        private readonly List<(long At, bool Failed)> _window = [];
        private long _failedAt = start - 1;
        private long _probeUntil;
        private int _probe;
        private bool _isHealthy;
        private bool _isTripped;

        internal long OpenUntil { get; private set; }

        internal BreakerState State(long now) =>
            OpenUntil == 0 ? (_isHealthy ? BreakerState.Healthy : BreakerState.Unknown)
            : now < OpenUntil ? BreakerState.Open
            : now < _probeUntil ? BreakerState.HalfOpen : BreakerState.Unknown;

        internal bool MayEnter(long now) => OpenUntil == 0 || (now >= OpenUntil && now >= _probeUntil);

        internal int TryEnter(long now, out bool entered)
        {
            entered = MayEnter(now);
            if (!entered || OpenUntil == 0) return 0;
            _probeUntil = now + Breaker.ProbePatience.Ticks;
            return ++_probe;
        }

        internal bool Fail(long now, int status, TimeSpan? asked)
        {
            if (rule.Rule == BreakerRule.Off) return false;
            if (rule.Rule == BreakerRule.Counted && status == 424) return false;
            _window.Add((now, true));
            _failedAt = now;
            _isHealthy = false;
            if (rule.Rule == BreakerRule.Counted && OpenUntil == 0 && !IsOver(now)) return false;
            var wait = asked is { } told && rule.AcceptRetryAfter
                ? TimeSpan.FromSeconds(Math.Clamp(told.TotalSeconds, 1, rule.MostRetryAfter.TotalSeconds))
                : rule.Open;
            return Open(now, wait);
        }

        internal bool Succeed(long now, long started)
        {
            _window.Add((now, false));
            if (OpenUntil != 0 && started < _failedAt) return false;
            if (now < OpenUntil && _isTripped) return false;
            var wasOpen = OpenUntil != 0;
            Reset(keepsWindow: true);
            _isHealthy = true;
            return wasOpen;
        }

        internal void Abandon(int probe)
        {
            if (probe != 0 && probe == _probe) _probeUntil = 0;
        }

        internal void Trip(long now, TimeSpan wait)
        {
            _failedAt = now;
            _isTripped = true;
            _isHealthy = false;
            Open(now, wait);
        }

        internal void Reset(bool keepsWindow = false)
        {
            (OpenUntil, _probeUntil, _isHealthy, _isTripped) = (0, 0, false, false);
            if (!keepsWindow) _window.Clear();
        }

        private bool Open(long now, TimeSpan wait)
        {
            _probeUntil = 0;
            if (now + wait.Ticks <= OpenUntil) return false;
            var wasOpen = now < OpenUntil;
            OpenUntil = now + wait.Ticks;
            _window.Clear();
            return !wasOpen;
        }

        private bool IsOver(long now)
        {
            var slice = rule.Interval.Ticks / 10;
            var counted = _window.Where(call => (now / slice) - (call.At / slice) < 10).ToList();
            var failures = counted.Count(call => call.Failed);
            return failures >= rule.Count || (counted.Count >= rule.MinimumCalls && failures * 100 >= rule.Percentage * counted.Count);
        }
    }
}
