using Parley.Gateway.Configuration;

namespace Parley.Gateway.Routing.Picking;

/// <summary>Makes the picker of a pool.</summary>
/// <param name="random">A number from 0 up to, but not including, 1.</param>
internal sealed class TargetPickers(Func<double> random)
{
    private readonly WeightedPicker _weighted = new(random);

    internal TargetPicker Of(PickRule rule) => rule switch
    {
        _ => _weighted,
    };
}
