using System.Numerics;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Resilience;

/// <summary>The way of one request through the targets of its plan: which have been tried, and with which of their credentials. Costs no memory.</summary>
internal struct RouteCursor(RoutePlan plan)
{
    private ulong _left = plan.Left;
    private int _credentialsLeft;

    /// <summary>The target to call.</summary>
    internal RouteTarget Target { get; private set; } = plan.Any;

    /// <summary>The credential to call it with.</summary>
    internal int Credential { get; private set; }

    /// <summary>What the breaker gave a call that finds out after an open time; zero for any other.</summary>
    internal long Probe { get; private set; }

    /// <summary>True when another target is left.</summary>
    internal readonly bool HasOtherTarget => _left != 0;

    /// <summary>True when the target has another credential that has not been tried.</summary>
    internal readonly bool HasOtherCredential => _credentialsLeft > 0;

    /// <summary>True when one of the targets that have not been tried may be called, and would not let the call wait.</summary>
    internal readonly bool HasRoomElsewhere(long now) => plan.Pool.HasRoom(_left, now);

    /// <summary>True when another credential of the target, or a target that has not been tried, may be called.</summary>
    internal readonly bool IsAnyOtherWell(long now) => (HasOtherCredential && Target.State.IsAvailable(now)) || AnyAvailable(now);

    /// <summary>Goes to the next target; false when none may be called.</summary>
    internal bool MoveToTarget(long now)
    {
        while (true)
        {
            var chosen = plan.Pool.Choose(_left, plan.Preferred, new PickContext(now, plan.PromptKey, plan.CallerKey));
            if (chosen < 0) return false;
            _left &= ~(1UL << chosen);
            Target = plan.Pool.Members[chosen];
            // What was made with one credential another one does not know.
            var pinned = plan.IsPinned ? plan.PreferredCredential : -1;
            _credentialsLeft = pinned >= 0 ? 1 : Target.Provider.CredentialCount;
            // The last one left is tried whatever its breaker says: somebody else finding out is no reason to refuse.
            if (MoveToCredential(now, pinned >= 0 ? pinned : Target.Provider.NextCredential(), mayBeOpen: false) || TakeOpen(now, pinned)) return true;
        }
    }

    /// <summary>
    /// Goes to another target whose breaker lets a call through, for a call that need not be made: none that is out or busy, nor the same one again.
    /// False when there is none.
    /// </summary>
    internal bool MoveToHealthy(long now)
    {
        var candidates = _left;
        while (true)
        {
            var chosen = plan.Pool.Choose(candidates, plan.Preferred, new PickContext(now, plan.PromptKey, plan.CallerKey));
            if (chosen < 0 || !plan.Pool.HasRoom(1UL << chosen, now)) return false;
            candidates &= ~(1UL << chosen);
            var next = this;
            next.Target = plan.Pool.Members[chosen];
            next._credentialsLeft = next.Target.Provider.CredentialCount;
            if (ReferenceEquals(next.Target.State, Target.State) || !next.MoveToCredential(now, next.Target.Provider.NextCredential(), mayBeOpen: false)) continue;
            next._left &= ~(1UL << chosen);
            this = next;
            return true;
        }
    }

    /// <summary>What <paramref name="other"/> has tried is not tried again.</summary>
    internal void Forget(in RouteCursor other) => _left &= other._left;

    /// <summary>Goes to the next credential of the same target that is not known to be out; false when there is none.</summary>
    internal bool MoveToCredential(long now) => MoveToCredential(now, Credential + 1, mayBeOpen: false);

    /// <summary>False when calling the same target once more is of no use: its breaker has opened under a rule that allows no call then.</summary>
    internal readonly bool MayRepeat(long now) => Target.State.IsTriedWhenAllAreOut || Target.State.Breakers[Credential].IsAvailable(now);

    /// <summary>Asks to call the same target once more; false when its breaker is open under a rule that allows no call then.</summary>
    internal bool Repeat(long now)
    {
        var mayEnter = Target.State.Breakers[Credential].TryEnter(now, out var probe);
        Probe = probe;
        return mayEnter || Target.State.IsTriedWhenAllAreOut;
    }

    private bool TakeOpen(long now, int pinned)
    {
        // Under API Management's rule an open target is never called.
        if (!Target.State.IsTriedWhenAllAreOut || AnyAvailable(now)) return false;
        if (pinned >= 0)
        {
            _credentialsLeft = 1;
            return MoveToCredential(now, pinned, mayBeOpen: true);
        }

        _credentialsLeft = Target.Provider.CredentialCount;
        return MoveToCredential(now, Target.State.LeastBad(now), mayBeOpen: true);
    }

    private readonly bool AnyAvailable(long now)
    {
        for (var rest = _left; rest != 0; rest &= rest - 1)
        {
            if (plan.Pool.Members[BitOperations.TrailingZeroCount(rest)].State.IsAvailable(now)) return true;
        }

        return false;
    }

    private bool MoveToCredential(long now, int first, bool mayBeOpen)
    {
        var breakers = Target.State.Breakers;
        for (var next = first; _credentialsLeft > 0; next++)
        {
            _credentialsLeft--;
            var index = next % breakers.Length;
            if (!breakers[index].TryEnter(now, out var probe) && !mayBeOpen) continue;
            Credential = index;
            Probe = probe;
            return true;
        }

        return false;
    }
}
