using System.Numerics;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Routing.Picking;

/// <summary>
/// The quicker of two that are drawn at random, by the recent time to first token times the calls in flight and this one. One that nothing
/// is known of, or nothing new, is tried first, by one call at a time, and not again for a while if nothing comes of it.
/// </summary>
/// <remarks>
/// Two and not all: a gateway sees only its own calls in flight, and learns how quick a target is when its answer comes, seconds later.
/// Until then every call of every replica would go to the one that looked best, and make it the worst. Of two drawn at random the best gets
/// at most two calls of n, the slowest hardly any; in a pool of two, it is the same as looking at all. That one call at a time finds out
/// about an unknown one is for the same reason.
/// </remarks>
/// <param name="random">A number from 0 up to, but not including, 1.</param>
internal sealed class LeastLatencyPicker(Func<double> random) : TargetPicker
{
    internal override int Pick(RouteTarget[] members, ulong candidates, in PickContext context)
    {
        if (BitOperations.IsPow2(candidates)) return BitOperations.TrailingZeroCount(candidates);
        var unknown = 0UL;
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var state = members[index].State;
            if (IsToBeTried(state, context.Now)) unknown |= 1UL << index;
        }

        if (unknown != 0) return Candidates.Any(unknown, random);
        var first = Candidates.Any(candidates, random);
        var second = Candidates.Any(candidates & ~(1UL << first), random);
        return IsBetter(members[second], members[first], context.Now) ? second : first;
    }

    /// <summary>True when it is asked before the others, so that it becomes known.</summary>
    internal static bool IsToBeTried(TargetState state, long now) => state.InFlight == 0 && state.Latency.IsToBeTried(now);

    /// <summary>True when, of two that were drawn, <paramref name="one"/> is taken although <paramref name="other"/> was drawn first.</summary>
    internal static bool IsBetter(RouteTarget one, RouteTarget other, long now)
    {
        var (calls, otherCalls) = (one.State.InFlight + 1, other.State.InFlight + 1);
        var (isKnown, isOtherKnown) = (one.State.Latency.IsKnown(now), other.State.Latency.IsKnown(now));
        // Somebody is finding out how quick it is, or has found out that it does not answer (a deployment that is gone: 404): one that does is better.
        if (isKnown != isOtherKnown) return isKnown;
        if (!isKnown) return calls < otherCalls;
        return one.State.Latency.Milliseconds * calls < other.State.Latency.Milliseconds * otherCalls;
    }
}
