using System.Numerics;
using Parley.Gateway.Configuration;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Routing;

/// <summary>
/// The targets behind a model, by priority. A request that has tried some of them asks for the next one; the set of those that are left is
/// a bit mask, so that a choice costs no memory.
/// </summary>
internal sealed class TargetPool
{
    /// <summary>As many as a bit mask has places.</summary>
    internal const int MostMembers = 64;

    private readonly RouteTarget[] _members;
    private readonly ulong[] _groups;
    private readonly TargetPicker _picker;

    internal TargetPool(IReadOnlyList<RouteTarget> members, PickRule rule, TargetPicker picker)
    {
        // Stable: inside a priority the order of the file.
        _members = [.. members.OrderBy(static member => member.Priority)];
        if (_members.Length is 0 or > MostMembers) throw new ArgumentException($"A pool has 1 to {MostMembers} members.", nameof(members));
        _groups = [.. _members.Select(static (member, index) => (member.Priority, Bit: 1UL << index))
            .GroupBy(static pair => pair.Priority, static (_, pairs) => pairs.Aggregate(0UL, static (mask, pair) => mask | pair.Bit))];
        _picker = picker.For(_members);
        Rule = rule;
        HasSeveralMakers = _members.Length > 1 || _members[0].Provider.CredentialCount > 1;
    }

    internal PickRule Rule { get; }

    internal TargetPicker Picker => _picker;

    /// <summary>True when what was made here may have been made by another target, or with another credential: then it matters where a request that refers to it goes.</summary>
    internal bool HasSeveralMakers { get; }

    /// <summary>The pool of one target.</summary>
    internal static TargetPool Of(RouteTarget target) => new([target], PickRule.Weighted, FirstPicker.Instance);

    /// <summary>Other targets in place of its own, picked by the same rule.</summary>
    internal TargetPool With(IReadOnlyList<RouteTarget> members) => new(members, Rule, _picker);

    /// <summary>In the order of their priority.</summary>
    internal IReadOnlyList<RouteTarget> Members => _members;

    /// <summary>True when there is one target with one credential: what its provider says of waiting is all there is to say.</summary>
    internal bool HasOneWay => _members is [{ State.Breakers.Length: 1 }];

    /// <summary>All of them.</summary>
    internal ulong All => _members.Length == MostMembers ? ulong.MaxValue : (1UL << _members.Length) - 1;

    /// <summary>The position of the target that is the <paramref name="index"/>th of the file; -1 when there is none.</summary>
    internal int PositionOf(int index)
    {
        for (var position = 0; position < _members.Length; position++)
        {
            if (_members[position].Index == index) return position;
        }

        return -1;
    }

    /// <summary>
    /// The next target to call; -1 when none of <paramref name="left"/> may be. A lower priority is looked at only when every member of the
    /// higher ones is tried or out, or has as many calls as its <c>concurrency</c> allows; one of those is waited for when no other has room.
    /// When all are out those are tried that only time keeps out, the one that waits least first (contracts §4).
    /// </summary>
    /// <param name="left">The members that have not been tried.</param>
    /// <param name="preferred">The member that affinity asks for, taken while it is well; -1 for none.</param>
    /// <param name="context">What the choice goes by.</param>
    internal int Choose(ulong left, int preferred, in PickContext context)
    {
        var preferredBit = preferred >= 0 ? left & (1UL << preferred) : 0;
        if (Available(preferredBit, context.Now, out var isBusy) != 0 && isBusy == 0) return preferred;
        TargetPicker picker = context.CallerKey != 0 ? RendezvousPicker.Instance : _picker;
        var firstBusy = 0UL;
        foreach (var group in _groups)
        {
            var candidates = Available(group & left, context.Now, out var busy);
            if (candidates != busy) return picker.Pick(_members, candidates & ~busy, in context);
            if (firstBusy == 0) firstBusy = busy;
        }

        // All that are well have as many calls as they may: one of them is waited for.
        if (isBusy != 0) return preferred;
        return firstBusy != 0 ? picker.Pick(_members, firstBusy, in context) : LeastBad(left, context.Now);
    }

    /// <summary>True when one of them may be called and would not let the call wait.</summary>
    internal bool HasRoom(ulong among, long now) => Available(among, now, out var busy) != busy;

    // Those that are not out; `busy` are those of them that have as many calls as their limit allows.
    private ulong Available(ulong candidates, long now, out ulong busy)
    {
        busy = 0;
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var bit = rest & (~rest + 1);
            var state = _members[BitOperations.TrailingZeroCount(rest)].State;
            if (!state.IsAvailable(now)) candidates &= ~bit;
            else if (state.Gate is { HasRoom: false }) busy |= bit;
        }

        return candidates;
    }

    private int LeastBad(ulong left, long now)
    {
        var chosen = -1;
        var shortest = TimeSpan.MaxValue;
        for (var rest = left; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            if (!_members[index].State.IsTriedWhenAllAreOut) continue;
            var wait = _members[index].State.Wait(now);
            if (wait >= shortest && chosen >= 0) continue;
            (chosen, shortest) = (index, wait);
        }

        return chosen;
    }

    /// <summary>The shortest wait until one of them may be called.</summary>
    internal TimeSpan ShortestWait(ulong of, long now)
    {
        var shortest = TimeSpan.MaxValue;
        for (var rest = of; rest != 0; rest &= rest - 1)
        {
            var wait = _members[BitOperations.TrailingZeroCount(rest)].State.Wait(now);
            if (wait < shortest) shortest = wait;
        }

        return shortest == TimeSpan.MaxValue ? TimeSpan.Zero : shortest;
    }
}
