using System.Numerics;

namespace Parley.Gateway.Routing.Picking;

/// <summary>
/// The same target for the same <see cref="PickContext.PromptKey"/>: weighted rendezvous hashing. Each target draws a number for the key, and
/// the best one has it; so a target that is out gives up its own prompts, spread over the others by weight, and takes them back afterwards,
/// while all other prompts stay where their cache is.
/// </summary>
/// <param name="others">Picks for requests that have no prompt.</param>
internal sealed class PromptCachePicker(TargetPicker others) : TargetPicker
{
    internal override int Pick(RouteTarget[] members, ulong candidates, in PickContext context)
    {
        if (context.PromptKey == 0 || BitOperations.IsPow2(candidates)) return others.Pick(members, candidates, in context);
        var chosen = -1;
        var least = double.PositiveInfinity;
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var hash = StableHash.Of(context.PromptKey, members[index].NameHash);
            // Uniform in (0, 1); its logarithm over the weight is exponential, and the least of such numbers falls to each by its weight.
            var share = ((hash >> 11) + 0.5) / (1UL << 53);
            var drawn = -Math.Log(share) / members[index].Weight;
            if (drawn >= least) continue;
            (chosen, least) = (index, drawn);
        }

        return chosen;
    }
}
