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
        if (plan.Pool.Rule == PickRule.PromptCache && plan.PromptKey != 0) return ByPrompt(plan, candidates, now);
        if (plan.Pool.Rule == PickRule.LeastLatency && positions.Count > 1 && positions.TrueForAll(position => members[position].State.Latency.Milliseconds > 0)) return ByLatency(plan, positions);

        // The best score is picked; among equals chance decides, or turns, by weight.
        var scores = positions.ToDictionary(static position => position, position => ScoreOf(plan.Pool.Rule, members[position]));
        var best = scores.Values.Min();
        var weights = positions.Where(position => scores[position] <= best).Sum(position => WeightOf(plan.Pool.Rule, members[position]));
        return
        [
            .. positions
                .OrderBy(position => scores[position])
                .ThenByDescending(position => WeightOf(plan.Pool.Rule, members[position]))
                .Select(position => new Place(
                    position,
                    scores[position] <= best ? WeightOf(plan.Pool.Rule, members[position]) / weights : null,
                    WhyOf(plan.Pool.Rule, members[position]))),
        ];
    }

    // A hash of the request's beginning: the same for the same request, so asking leaves no trace.
    private static List<Place> ByPrompt(RoutePlan plan, ulong candidates, long now)
    {
        var members = plan.Pool.Members.ToArray();
        var places = new List<Place>();
        while (candidates != 0)
        {
            var position = plan.Pool.Picker.Pick(members, candidates, new PickContext(now, plan.PromptKey));
            places.Add(new Place(position, places.Count == 0 ? 1 : null, "by the hash of the request's beginning, so that its prompt cache is hit"));
            candidates &= ~(1UL << position);
        }

        return places;
    }

    // Two are drawn at random and the quicker one is taken: of n targets the r-th quickest begins 2(n-r) of n(n-1) requests.
    private static List<Place> ByLatency(RoutePlan plan, List<int> positions)
    {
        var members = plan.Pool.Members;
        var count = positions.Count;
        return
        [
            .. positions
                .OrderBy(position => ScoreOf(PickRule.LeastLatency, members[position]))
                .Select((position, rank) => new Place(position, 2.0 * (count - 1 - rank) / (count * (count - 1)), WhyOf(PickRule.LeastLatency, members[position]))),
        ];
    }

    private static double ScoreOf(PickRule rule, RouteTarget target) => rule switch
    {
        PickRule.LeastBusy => target.State.InFlight / (double)Math.Max(1, target.Weight),
        PickRule.LeastLatency => target.State.Latency.Milliseconds * (target.State.InFlight + 1),
        _ => 0,
    };

    private static double WeightOf(PickRule rule, RouteTarget target) => rule == PickRule.Random ? 1 : Math.Max(1, target.Weight);

    private static string WhyOf(PickRule rule, RouteTarget target) => rule switch
    {
        PickRule.Weighted => Invariant($"by weight ({target.Weight})"),
        PickRule.RoundRobin => Invariant($"in turn, by weight ({target.Weight})"),
        PickRule.Random => "at random",
        PickRule.LeastBusy => Invariant($"by calls in flight ({target.State.InFlight} now)"),
        PickRule.LeastLatency when target.State.Latency.Milliseconds == 0 => "by its latency, of which nothing is known yet",
        PickRule.LeastLatency => Invariant($"by its latency ({target.State.Latency.Milliseconds:0} ms to the first token, {target.State.InFlight} calls in flight)"),
        PickRule.PromptCache => "by weight, because the request has no beginning to go by",
        _ => "by what its answers tell of its rate limits",
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
