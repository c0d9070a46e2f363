using Parley.Gateway.Configuration;

namespace Parley.Gateway.Routing.Picking;

/// <summary>Makes the picker of a pool.</summary>
/// <param name="random">A number from 0 up to, but not including, 1.</param>
internal sealed class TargetPickers(Func<double> random)
{
    private readonly WeightedPicker _weighted = new(random);

    internal TargetPicker Of(PickRule rule) => rule switch
    {
        PickRule.RoundRobin => new RoundRobinPicker(),
        PickRule.Random => new RandomPicker(random),
        PickRule.LeastBusy => new LeastBusyPicker(_weighted),
        PickRule.LeastLatency => new LeastLatencyPicker(random),
        PickRule.PromptCache => new PromptCachePicker(_weighted),
        PickRule.MostCapacity => new MostCapacityPicker(new LeastBusyPicker(_weighted)),
        _ => _weighted,
    };
}
