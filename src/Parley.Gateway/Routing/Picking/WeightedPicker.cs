using System.Numerics;

namespace Parley.Gateway.Routing.Picking;

/// <summary>At random, by weight.</summary>
/// <param name="random">A number from 0 up to, but not including, 1.</param>
internal sealed class WeightedPicker(Func<double> random) : TargetPicker
{
    internal override int Pick(RouteTarget[] members, ulong candidates, in PickContext context)
    {
        if (BitOperations.IsPow2(candidates)) return BitOperations.TrailingZeroCount(candidates);
        var total = 0L;
        for (var rest = candidates; rest != 0; rest &= rest - 1) total += members[BitOperations.TrailingZeroCount(rest)].Weight;
        var at = random() * total;
        var chosen = 0;
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            chosen = BitOperations.TrailingZeroCount(rest);
            at -= members[chosen].Weight;
            if (at < 0) break;
        }

        return chosen;
    }
}
