using Parley.Gateway.Configuration;
using Parley.Gateway.Resilience.Hedging;
using Parley.Gateway.Resilience.Queueing;

namespace Parley.Gateway.Resilience;

/// <summary>What is known of one model of the catalogue while the process runs; it outlives configuration reloads.</summary>
internal sealed class ModelState
{
    private ConcurrencyGate? _gate;

    /// <summary>Its id; empty for what is not in the catalogue.</summary>
    internal string Name { get; init; } = "";

    /// <summary>Where its requests wait; null while their number was never limited.</summary>
    internal ConcurrencyGate? Gate => Volatile.Read(ref _gate);

    /// <summary>Limits the requests that run at a time, or takes the limit away.</summary>
    internal void Limit(ConcurrencyConfig? config, TimeProvider time) => ConcurrencyGate.Limit(ref _gate, config, time);

    /// <summary>Repeated calls to the same target that this model may still make.</summary>
    internal RetryBudget Retries { get; } = new();

    private FirstTokenTimes? _ofStreams;
    private FirstTokenTimes? _ofPlainAnswers;

    /// <summary>
    /// How long its answers took to their first token, made when they are first asked for. Plain answers are measured by themselves: most
    /// providers send their first byte when all of the answer is there.
    /// </summary>
    internal FirstTokenTimes FirstTokens(bool isStream, TimeProvider time)
    {
        ref var times = ref isStream ? ref _ofStreams : ref _ofPlainAnswers;
        return Volatile.Read(ref times) ?? Interlocked.CompareExchange(ref times, new FirstTokenTimes(time), null) ?? times;
    }
}
