using System.Globalization;
using System.Numerics;
using Parley.Gateway.Configuration;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Picking;

namespace Parley.Gateway.Admin.Explaining;

/// <summary>
/// In which order the well targets of one priority would be picked, and with which chance each is the first. It reads what the pickers
/// read and asks none of them that leaves a trace (a turn taken, a random number).
/// </summary>
internal static class GroupOrder
{
    /// <summary>A member's place.</summary>
    /// <param name="Position">In the pool.</param>
    /// <param name="Share">Chance to be the first of the group; null when another is better now.</param>
    /// <param name="Why">What the pick rule says of it, in words.</param>
    internal readonly record struct Place(int Position, double? Share, string Why);

    internal static IReadOnlyList<Place> Of(RoutePlan plan, ulong candidates, long now)
    {
        var members = plan.Pool.Members;
        var positions = new List<int>();
        for (var rest = candidates; rest != 0; rest &= rest - 1) positions.Add(BitOperations.TrailingZeroCount(rest));
        if (plan.CallerKey != 0) return ByHash(plan, RendezvousPicker.Instance, candidates, now, "by the hash of the caller, who is kept on it");
        if (plan.Pool.Rule == PickRule.PromptCache && plan.PromptKey != 0)
            return ByHash(plan, plan.Pool.Picker, candidates, now, "by the hash of the request's beginning, so that its prompt cache is hit");
        if (plan.Pool.Rule == PickRule.LeastLatency && positions.Count > 1 && !positions.Exists(position => LeastLatencyPicker.IsToBeTried(members[position].State, now)))
            return ByLatency(plan, positions, now);

        // The best score is picked; among equals chance decides, or turns, by weight.
        var mean = MostCapacityPicker.MeanOf(members, candidates, now);
        var scores = positions.ToDictionary(static position => position, position => ScoreOf(plan.Pool.Rule, members[position], mean, now));
        var best = scores.Values.Min();
        var weights = positions.Where(position => scores[position].CompareTo(best) <= 0).Sum(position => WeightOf(plan.Pool.Rule, members[position]));
        return
        [
            .. positions
                .OrderBy(position => scores[position])
                .ThenByDescending(position => WeightOf(plan.Pool.Rule, members[position]))
                .Select(position => new Place(
                    position,
                    scores[position].CompareTo(best) <= 0 ? WeightOf(plan.Pool.Rule, members[position]) / weights : null,
                    WhyOf(plan.Pool.Rule, members[position], now))),
        ];
    }

    // A hash is the same for the same request: asking such a picker leaves no trace.
    private static List<Place> ByHash(RoutePlan plan, TargetPicker picker, ulong candidates, long now, string why)
    {
        var members = plan.Pool.Members.ToArray();
        var places = new List<Place>();
        while (candidates != 0)
        {
            var position = picker.Pick(members, candidates, new PickContext(now, plan.PromptKey, plan.CallerKey));
            places.Add(new Place(position, places.Count == 0 ? 1 : null, why));
            candidates &= ~(1UL << position);
        }

        return places;
    }

    // Two are drawn at random and the better one is taken: each pair in both orders, as the picker would compare them.
    private static List<Place> ByLatency(RoutePlan plan, List<int> positions, long now)
    {
        var members = plan.Pool.Members;
        var wins = positions.ToDictionary(static position => position, static _ => 0);
        foreach (var first in positions)
        {
            foreach (var second in positions)
            {
                if (first != second) wins[LeastLatencyPicker.IsBetter(members[second], members[first], now) ? second : first]++;
            }
        }

        var pairs = (double)(positions.Count * (positions.Count - 1));
        return
        [
            .. positions
                .OrderByDescending(position => wins[position])
                .Select(position => new Place(position, wins[position] / pairs, WhyOf(PickRule.LeastLatency, members[position], now))),
        ];
    }

    // The lowest first; the second number decides between those with the same first one.
    private static (double, double) ScoreOf(PickRule rule, RouteTarget target, double meanCapacity, long now)
    {
        var busy = target.State.InFlight / (double)Math.Max(1, target.Weight);
        return rule switch
        {
            PickRule.LeastBusy => (busy, 0),
            // One of which nothing is known is tried first, by one call at a time; then it is behind those that are known.
            PickRule.LeastLatency when !target.State.Latency.IsKnown(now) => (LeastLatencyPicker.IsToBeTried(target.State, now) ? -1 : double.MaxValue, 0),
            PickRule.LeastLatency => (target.State.Latency.Milliseconds * (target.State.InFlight + 1), 0),
            PickRule.MostCapacity => (-MostCapacityPicker.Hundredths(target, meanCapacity, now), busy),
            _ => (0, 0),
        };
    }

    private static double WeightOf(PickRule rule, RouteTarget target) => rule is PickRule.Random or PickRule.LeastLatency ? 1 : Math.Max(1, target.Weight);

    private static string WhyOf(PickRule rule, RouteTarget target, long now) => rule switch
    {
        PickRule.Weighted => Invariant($"by weight ({target.Weight})"),
        PickRule.RoundRobin => Invariant($"in turn, by weight ({target.Weight})"),
        PickRule.Random => "at random",
        PickRule.LeastBusy => Invariant($"by calls in flight ({target.State.InFlight} now)"),
        PickRule.LeastLatency when !target.State.Latency.IsKnown(now) => "by its latency, of which nothing recent is known",
        PickRule.LeastLatency => Invariant($"as the quicker of two drawn at random ({target.State.Latency.Milliseconds:0} ms to the first token, {target.State.InFlight} calls in flight)"),
        PickRule.PromptCache => "by weight, because the request has no beginning to go by",
        _ when !target.State.Capacity.IsKnown => "by what is left of its rate limits, of which nothing is known: it counts as the mean of the others",
        _ => Invariant($"by what is left of its rate limits ({target.State.Capacity.ShareAt(now):P0})"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
