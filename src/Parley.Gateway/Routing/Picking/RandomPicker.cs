namespace Parley.Gateway.Routing.Picking;

/// <summary>At random, whatever the weights.</summary>
/// <param name="random">A number from 0 up to, but not including, 1.</param>
internal sealed class RandomPicker(Func<double> random) : TargetPicker
{
    internal override int Pick(RouteTarget[] members, ulong candidates, in PickContext context) => Candidates.Any(candidates, random);
}
