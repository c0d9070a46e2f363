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

    /// <summary>True when another target is left.</summary>
    internal readonly bool HasOtherTarget => _left != 0;

    /// <summary>True when the target has another credential that has not been tried.</summary>
    internal readonly bool HasOtherCredential => _credentialsLeft > 0;

    /// <summary>Goes to the next target; false when none may be called.</summary>
    internal bool MoveToTarget(long now)
    {
        while (true)
        {
            var chosen = plan.Pool.Choose(_left, plan.Preferred, new PickContext(now, plan.PromptKey));
            if (chosen < 0) return false;
            _left &= ~(1UL << chosen);
            Target = plan.Pool.Members[chosen];
            _credentialsLeft = Target.Provider.CredentialCount;
            // The last one left is tried whatever its breaker says: somebody else finding out is no reason to refuse.
            if (MoveToCredential(Target, now, Target.Provider.NextCredential(), mayBeOpen: false) || TakeOpen(now)) return true;
        }
    }

    /// <summary>
    /// Goes to another target whose breaker lets a call through, for a call that need not be made: none that is out, nor the same one again.
    /// False when there is none.
    /// </summary>
    internal bool MoveToHealthy(long now)
    {
        var (from, skipped) = (Target.State, 0UL);
        var isFound = false;
        while (!isFound)
        {
            var chosen = plan.Pool.Choose(_left & ~skipped, plan.Preferred, new PickContext(now, plan.PromptKey));
            if (chosen < 0 || !plan.Pool.Members[chosen].State.IsAvailable(now)) break;
            skipped |= 1UL << chosen;
            var target = plan.Pool.Members[chosen];
            if (ReferenceEquals(target.State, from)) continue;
            _credentialsLeft = target.Provider.CredentialCount;
            if (!MoveToCredential(target, now, target.Provider.NextCredential(), mayBeOpen: false)) continue;
            Target = target;
            _left &= ~(1UL << chosen);
            isFound = true;
        }

        return isFound;
    }

    /// <summary>What <paramref name="other"/> has tried is not tried again.</summary>
    internal void Forget(in RouteCursor other) => _left &= other._left;

    /// <summary>Goes to the next credential of the same target that is not known to be out; false when there is none.</summary>
    internal bool MoveToCredential(long now) => MoveToCredential(Target, now, Credential + 1, mayBeOpen: false);

    private bool TakeOpen(long now)
    {
        if (_left != 0 && AnyAvailable(now)) return false;
        _credentialsLeft = Target.Provider.CredentialCount;
        return MoveToCredential(Target, now, Credential, mayBeOpen: true);
    }

    private readonly bool AnyAvailable(long now)
    {
        for (var rest = _left; rest != 0; rest &= rest - 1)
        {
            if (plan.Pool.Members[BitOperations.TrailingZeroCount(rest)].State.IsAvailable(now)) return true;
        }

        return false;
    }

    private bool MoveToCredential(RouteTarget target, long now, int first, bool mayBeOpen)
    {
        var breakers = target.State.Breakers;
        for (var next = first; _credentialsLeft > 0; next++)
        {
            _credentialsLeft--;
            var index = next % breakers.Length;
            if (!breakers[index].TryEnter(now) && !mayBeOpen) continue;
            Credential = index;
            return true;
        }

        return false;
    }
}
