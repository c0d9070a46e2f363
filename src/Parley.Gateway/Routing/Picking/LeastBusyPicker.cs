using System.Numerics;

namespace Parley.Gateway.Routing.Picking;

/// <summary>The one with the fewest calls in flight for its weight.</summary>
/// <param name="ties">Picks among those that are equally busy: all of them, while nothing runs.</param>
internal sealed class LeastBusyPicker(TargetPicker ties) : TargetPicker
{
    internal override int Pick(RouteTarget[] members, ulong candidates, in PickContext context)
    {
        var least = 0UL;
        long calls = 0, weight = 1;
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var (ownCalls, ownWeight) = (members[index].State.InFlight, members[index].Weight);
            // calls/weight without a division.
            var difference = (ownCalls * weight) - (calls * ownWeight);
            if (least != 0 && difference > 0) continue;
            if (least != 0 && difference == 0)
            {
                least |= 1UL << index;
                continue;
            }

            (least, calls, weight) = (1UL << index, ownCalls, ownWeight);
        }

        return ties.Pick(members, least, in context);
    }
}
