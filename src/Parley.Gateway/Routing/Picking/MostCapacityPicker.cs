using System.Numerics;

namespace Parley.Gateway.Routing.Picking;

/// <summary>
/// The one with the largest share of its rate limits left, as its provider's last answer said; one that
/// has never told it (a model server without limits, a deployment that is gone) counts as the mean of the others. Shares are compared in hundredths: between
/// targets that are as good as equal the less busy one is better than the one that answered last.
/// </summary>
/// <param name="ties">Picks among those with the same share: all of them, while nothing is known.</param>
internal sealed class MostCapacityPicker(TargetPicker ties) : TargetPicker
{
    internal override int Pick(RouteTarget[] members, ulong candidates, in PickContext context)
    {
        if (BitOperations.IsPow2(candidates)) return BitOperations.TrailingZeroCount(candidates);
        var mean = MeanOf(members, candidates, context.Now);
        var best = 0UL;
        var most = -1;
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var share = Hundredths(members[index], mean, context.Now);
            if (share < most) continue;
            if (share > most) best = 0;
            (best, most) = (best | (1UL << index), share);
        }

        return ties.Pick(members, best, in context);
    }

    /// <summary>The mean share of those that something is known of; 1 when nothing is known of any.</summary>
    internal static double MeanOf(IReadOnlyList<RouteTarget> members, ulong among, long now)
    {
        var (sum, count) = (0.0, 0);
        for (var rest = among; rest != 0; rest &= rest - 1)
        {
            var capacity = members[BitOperations.TrailingZeroCount(rest)].State.Capacity;
            if (!capacity.IsKnown) continue;
            sum += capacity.ShareAt(now);
            count++;
        }

        return count == 0 ? 1 : sum / count;
    }

    /// <summary>What a target is compared by. Rounded up: only what is used up has nothing left.</summary>
    internal static int Hundredths(RouteTarget target, double mean, long now)
    {
        var capacity = target.State.Capacity;
        return (int)Math.Ceiling((capacity.IsKnown ? capacity.ShareAt(now) : mean) * 100);
    }
}
