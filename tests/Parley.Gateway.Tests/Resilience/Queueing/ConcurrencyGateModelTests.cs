using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience.Queueing;
using Parley.Testing;

namespace Parley.Gateway.Tests.Resilience.Queueing;

/// <summary>Random arrivals, leaves, ends, waits and limits: the gate does what its description in plain lists does, step by step.</summary>
public sealed class ConcurrencyGateModelTests
{
    private const int WaitSeconds = 20;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task RandomSteps_OrderLimitsAndPlacesAreThoseOfTheModel(int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 25; run++)
        {
            var model = new Model(random.Next(1, 4), random.Next(0, 8));
            for (var step = 0; step < 120; step++)
            {
                switch (random.Next(10))
                {
                    case < 5: await model.ArriveAsync($"k{random.Next(4)}", random.Next(1, 11)); break;
                    case 5: await model.LeaveAsync(random); break;
                    case < 8: await model.EndAsync(random); break;
                    case 8: await model.AdvanceAsync(TimeSpan.FromMilliseconds(random.Next(1, 6000))); break;
                    default:
                        if (random.Next(5) == 0) await model.LimitAsync(random.Next(1, 6), random.Next(0, 8));
                        break;
                }

                model.Check();
            }

            await model.DrainAsync(random);
            model.Check();
        }
    }

    private sealed class Model
    {
        private readonly ManualTimeProvider _time = new();
        private readonly ConcurrencyGate _gate;
        private readonly List<GatePlace> _running = [];
        private readonly List<Waiter> _waiting = [];
        private readonly List<(string Key, int Priority)> _turns = [];
        private int _max;
        private int _places;

        internal Model(int max, int places)
        {
            (_max, _places) = (max, places);
            _gate = new ConcurrencyGate(_time);
            _gate.Limit(Config);
        }

        private ConcurrencyConfig Config => new() { Max = _max, Queue = _places, Wait = TimeSpan.FromSeconds(WaitSeconds) };

        internal void Check()
        {
            Assert.Equal((_running.Count, _waiting.Count), (_gate.Running, _gate.Waiting));
            Assert.DoesNotContain(_waiting, static waiter => waiter.Entering.IsCompleted);
        }

        internal async Task ArriveAsync(string key, int priority)
        {
            var left = new CancellationTokenSource();
            var entering = _gate.EnterAsync(key, priority, Timeout.InfiniteTimeSpan, left.Token).AsTask();
            if (_running.Count < _max || _waiting.Count >= _places)
            {
                var (answer, place) = await entering.WaitAsync(Soon);
                Assert.Equal(_running.Count < _max ? GateAnswer.Entered : GateAnswer.Full, answer);
                if (answer == GateAnswer.Entered) _running.Add(place);
                return;
            }

            _waiting.Add(new Waiter(key, priority, _time.GetUtcNow(), entering, left));
            if (!_turns.Contains((key, priority))) _turns.Add((key, priority));
        }

        internal async Task LeaveAsync(Random random)
        {
            if (_waiting.Count == 0) return;
            var waiter = _waiting[random.Next(_waiting.Count)];
            await waiter.Left.CancelAsync();
            await GoneAsync(waiter, GateAnswer.Left);
        }

        internal async Task EndAsync(Random random)
        {
            if (_running.Count == 0) return;
            var ended = random.Next(_running.Count);
            var place = _running[ended];
            _running.RemoveAt(ended);
            place.Release();
            await AdmitAsync();
        }

        internal async Task AdvanceAsync(TimeSpan by)
        {
            _time.Advance(by);
            foreach (var waiter in _waiting.Where(waiter => _time.GetUtcNow() - waiter.Since >= TimeSpan.FromSeconds(WaitSeconds)).ToList())
                await GoneAsync(waiter, GateAnswer.TimedOut);
        }

        internal async Task LimitAsync(int max, int places)
        {
            (_max, _places) = (max, places);
            _gate.Limit(Config);
            await AdmitAsync();
        }

        internal async Task DrainAsync(Random random)
        {
            while (_running.Count > 0) await EndAsync(random);
            Assert.Empty(_waiting);
        }

        private async Task AdmitAsync()
        {
            while (_running.Count < _max && _waiting.Count > 0)
            {
                var next = Next();
                _waiting.Remove(next);
                _turns.Remove((next.Key, next.Priority));
                if (_waiting.Any(waiter => IsOf(waiter, next))) _turns.Add((next.Key, next.Priority));
                var (answer, place) = await next.Entering.WaitAsync(Soon);
                Assert.Equal(GateAnswer.Entered, answer);
                _running.Add(place);
            }
        }

        // The highest priority, with one more for each tenth of the longest wait; then whose turn was longest ago; then who came first.
        private Waiter Next() => _waiting
            .GroupBy(static waiter => (waiter.Key, waiter.Priority), static (_, calls) => calls.First())
            .OrderByDescending(oldest => Math.Min(10, oldest.Priority + (int)((_time.GetUtcNow() - oldest.Since) / TimeSpan.FromSeconds(WaitSeconds / 10.0))))
            .ThenBy(oldest => _turns.IndexOf((oldest.Key, oldest.Priority)))
            .First();

        private async Task GoneAsync(Waiter waiter, GateAnswer why)
        {
            _waiting.Remove(waiter);
            if (!_waiting.Any(other => IsOf(other, waiter))) _turns.Remove((waiter.Key, waiter.Priority));
            Assert.Equal(why, (await waiter.Entering.WaitAsync(Soon)).Answer);
        }

        private static bool IsOf(Waiter one, Waiter other) => (one.Key, one.Priority) == (other.Key, other.Priority);

        private sealed record Waiter(string Key, int Priority, DateTimeOffset Since, Task<(GateAnswer Answer, GatePlace Place)> Entering, CancellationTokenSource Left);
    }
}
