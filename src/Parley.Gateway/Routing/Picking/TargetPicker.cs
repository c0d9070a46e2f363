namespace Parley.Gateway.Routing.Picking;

/// <summary>Picks one of several targets of the same priority that may all be called. Allocates nothing and takes no lock.</summary>
internal abstract class TargetPicker
{
    /// <summary>The picker of a pool with these members, in the order of their priority: itself, where it keeps nothing of its own for a pool.</summary>
    internal virtual TargetPicker For(RouteTarget[] members) => this;

    /// <summary>The index of the chosen member.</summary>
    /// <param name="members">The pool's members.</param>
    /// <param name="candidates">Which of them may be chosen: bit <c>i</c> is <c>members[i]</c>. Never zero.</param>
    /// <param name="context">What the choice goes by.</param>
    internal abstract int Pick(RouteTarget[] members, ulong candidates, in PickContext context);
}
