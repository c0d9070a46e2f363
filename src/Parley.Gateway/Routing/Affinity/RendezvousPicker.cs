using System.Numerics;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Routing.Affinity;

/// <summary>
/// Always the same target for the same caller: the one with the highest score of caller and target (rendezvous hashing). It needs no
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
        var (best, bestHash) = (double.NegativeInfinity, 0UL);
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var (hash, weight) = (StableHash.Of(key, members[index].NameHash), members[index].Weight);
            // No greater in either is no greater in the score: most logarithms need not be taken.
            if (chosen >= 0 && hash <= bestHash && weight <= members[chosen].Weight) continue;
            var score = Score(hash, weight);
            if (score <= best && chosen >= 0) continue;
            (chosen, best, bestHash) = (index, score, hash);
        }

        return chosen;
    }

    // The logarithm makes a target's chance of having the highest score proportional to its weight.
    private static double Score(ulong hash, int weight) => -weight / Math.Log(((hash >> 11) + 0.5) / (1UL << 53));
}
