using System.Numerics;

namespace Parley.Gateway.Routing.Picking;

/// <summary>The first there is: for pools of one.</summary>
internal sealed class FirstPicker : TargetPicker
{
    internal static readonly FirstPicker Instance = new();

    internal override int Pick(RouteTarget[] members, ulong candidates, in PickContext context) => BitOperations.TrailingZeroCount(candidates);
}
