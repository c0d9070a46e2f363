namespace Parley.Gateway.Routing;

/// <summary>Targets by priority; inside a priority at random by weight, so that the first one has its share of the traffic and the rest are the fallbacks.</summary>
internal sealed class WeightedOrder(Func<double> random)
{
    internal IReadOnlyList<RouteTarget> Of(IReadOnlyList<RouteTarget> targets)
    {
        if (targets.Count == 1) return targets;
        var ordered = targets.ToArray();
        for (var start = 0; start < ordered.Length;)
        {
            var end = start;
            while (end < ordered.Length && ordered[end].Priority == ordered[start].Priority) end++;
            Shuffle(ordered.AsSpan(start, end - start));
            start = end;
        }

        return ordered;
    }

    private void Shuffle(Span<RouteTarget> group)
    {
        for (var i = 0; i < group.Length - 1; i++)
        {
            var total = 0L;
            foreach (var target in group[i..]) total += target.Weight;
            var at = random() * total;
            var chosen = i;
            while (chosen < group.Length - 1 && (at -= group[chosen].Weight) >= 0) chosen++;
            (group[i], group[chosen]) = (group[chosen], group[i]);
        }
    }
}
