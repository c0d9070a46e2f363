using System.Numerics;

namespace Parley.Gateway.Routing.Picking;

/// <summary>
/// Always the same target for the same caller: the one with the least draw for it (<see cref="StableHash.Draw"/>). It needs no
/// memory, replicas agree without talking, and a target that is lost moves only its own callers, who come back with it. Weights are shares.
/// </summary>
internal sealed class RendezvousPicker : TargetPicker
{
    internal static readonly RendezvousPicker Instance = new();

    internal override int Pick(RouteTarget[] members, ulong candidates, in PickContext context) => Pick(members, candidates, context.CallerKey);

    /// <summary>The one that this key belongs to.</summary>
    internal static int Pick(RouteTarget[] members, ulong candidates, ulong key)
    {
        if (BitOperations.IsPow2(candidates)) return BitOperations.TrailingZeroCount(candidates);
        var chosen = -1;
        var (least, leastHash) = (double.PositiveInfinity, 0UL);
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var (hash, weight) = (StableHash.Of(key, members[index].NameHash), members[index].Weight);
            // No greater in either is no less a draw: most logarithms need not be taken.
            if (chosen >= 0 && hash <= leastHash && weight <= members[chosen].Weight) continue;
            var draw = StableHash.Draw(hash, weight);
            if (draw >= least && chosen >= 0) continue;
            (chosen, least, leastHash) = (index, draw, hash);
        }

        return chosen;
    }
}
