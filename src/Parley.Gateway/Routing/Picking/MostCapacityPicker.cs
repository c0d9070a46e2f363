using System.Numerics;

namespace Parley.Gateway.Routing.Picking;

/// <summary>
/// The one with the largest share of its rate limits left, as its provider's last answer said. Shares are compared in hundredths: between
/// targets that are as good as equal the less busy one is better than the one that answered last.
/// </summary>
/// <param name="ties">Picks among those with the same share: all of them, while nothing is known.</param>
internal sealed class MostCapacityPicker(TargetPicker ties) : TargetPicker
{
    internal override int Pick(RouteTarget[] members, ulong candidates, in PickContext context)
    {
        if (BitOperations.IsPow2(candidates)) return BitOperations.TrailingZeroCount(candidates);
        var best = 0UL;
        var most = -1;
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            // Rounded up: only what is used up has nothing left.
            var share = (int)Math.Ceiling(members[index].State.Capacity.ShareAt(context.Now) * 100);
            if (share < most) continue;
            if (share > most) best = 0;
            (best, most) = (best | (1UL << index), share);
        }

        return ties.Pick(members, best, in context);
    }
}
