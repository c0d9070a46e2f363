using System.Globalization;
using System.Numerics;
using Parley.Dialects;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Admin.Explaining;

/// <summary>Reads a plan as the attempt loop would go through it, and says why, without going anywhere and without leaving a trace.</summary>
internal sealed class RouteExplainer(GatewayExchange exchange, RoutePlan plan, TimeProvider time)
{
    private readonly long _now = time.GetTimestamp();
    private readonly List<RouteStep> _steps = [];
    private readonly List<RouteExclusion> _excluded = [];
    private ulong _left = plan.Left;

    /// <summary>In the order in which they would be tried.</summary>
    internal IReadOnlyList<RouteStep> Steps => _steps;

    /// <summary>The targets that this request does not go to.</summary>
    internal IReadOnlyList<RouteExclusion> Excluded => _excluded;

    /// <summary>What it comes to, in a sentence.</summary>
    internal string Summary { get; private set; } = "";

    internal RouteExplainer Run()
    {
        Exclude();
        TakePreferred();
        // Pinned to one credential, a target is out with it, whatever its other ones are.
        if (!plan.IsPinned || plan.PreferredCredential < 0) TakeAvailable();
        TakeOut();
        Summarise();
        return this;
    }

    private void Exclude()
    {
        for (var position = 0; position < plan.Pool.Members.Count; position++)
        {
            var target = plan.Pool.Members[position];
            if ((plan.Left & (1UL << position)) != 0) continue;
            if ((plan.Callable & (1UL << position)) != 0) Leave(target, $"only {plan.Pool.Members[plan.Preferred].Name} holds what the request refers to");
            else if (target.Missing is { } missing) Leave(target, missing);
            else Leave(target, exchange.Surface.Operation == Operation.CountTokens ? "its provider has no token counter for this API" : $"its provider speaks no dialect that {exchange.Surface.Name} can be translated to");
        }
    }

    private void TakePreferred()
    {
        if (plan.Preferred < 0 || (_left & (1UL << plan.Preferred)) == 0) return;
        var target = plan.Pool.Members[plan.Preferred];
        var isWell = plan.PreferredCredential >= 0 ? plan.ShortestWait(_now) == TimeSpan.Zero : target.State.IsAvailable(_now);
        if (!isWell) return;
        // A busy one is waited for only when no other has room.
        if (!plan.IsPinned && IsBusy(plan.Preferred)) return;
        var why = plan.IsPinned ? "it holds what the request refers to, and nobody else can answer it" : "affinity keeps this client on it while it is well";
        if (plan.PreferredCredential >= 0) why += string.Create(CultureInfo.InvariantCulture, $"; only with credential {plan.PreferredCredential + 1}");
        Take(plan.Preferred, 1, null, IsBusy(plan.Preferred) ? $"{why}; {BusyNote(plan.Preferred)}" : why);
    }

    // As TargetPool.Choose does it: every priority's targets with room come before any that has as many calls as it may.
    private void TakeAvailable()
    {
        (int Priority, ulong Members)[] groups = [.. plan.Pool.Members.Select(static (target, position) => (target.Priority, Bit: 1UL << position))
            .GroupBy(static member => member.Priority, static member => member.Bit)
            .Select(static group => (group.Key, group.Aggregate(0UL, static (mask, bit) => mask | bit)))];
        var higher = new List<int>();
        var isHigherBusy = false;
        foreach (var (priority, members) in groups)
        {
            var busy = Well(members, isBusy: true);
            TakeGroup(Well(members, isBusy: false), (candidates, place) => NoteOf(priority, higher, isHigherBusy, candidates, busy != 0, place));
            isHigherBusy |= busy != 0;
            higher.Add(priority);
        }

        if (plan.Preferred >= 0 && (Well(1UL << plan.Preferred, isBusy: true)) != 0)
            Take(plan.Preferred, _steps.Count == 0 ? 1 : null, null, $"affinity keeps this client on it while it is well; {BusyNote(plan.Preferred)}");
        foreach (var (priority, members) in groups)
        {
            TakeGroup(Well(members, isBusy: true), (candidates, place) => string.Create(CultureInfo.InvariantCulture, $"priority {priority}: {BusyNote(place.Position)}")
                + (BitOperations.PopCount(candidates) == 1 ? "" : $"; picked {place.Why}"));
        }
    }

    private void TakeGroup(ulong candidates, Func<ulong, GroupOrder.Place, string> note)
    {
        if (candidates == 0) return;
        var hasFirst = _steps.Count > 0;
        foreach (var place in GroupOrder.Of(plan, candidates, _now)) Take(place.Position, hasFirst ? null : place.Share, null, note(candidates, place));
    }

    // Those of them that are left and not out, either with room for one more call or without.
    private ulong Well(ulong members, bool isBusy)
    {
        var found = 0UL;
        for (var rest = members & _left; rest != 0; rest &= rest - 1)
        {
            var position = BitOperations.TrailingZeroCount(rest);
            if (plan.Pool.Members[position].State.IsAvailable(_now) && IsBusy(position) == isBusy) found |= 1UL << position;
        }

        return found;
    }

    private bool IsBusy(int position) => plan.Pool.Members[position].State.Gate is { HasRoom: false };

    private string BusyNote(int position) =>
        string.Create(CultureInfo.InvariantCulture, $"it has as many calls as it may ({plan.Pool.Members[position].State.Gate?.Max}, \"concurrency\") and is waited for only when no other has room");

    private static string NoteOf(int priority, List<int> higher, bool isHigherBusy, ulong candidates, bool isOtherBusy, GroupOrder.Place place)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"priority {priority}: ");
        var isOnly = BitOperations.PopCount(candidates) == 1;
        if (higher.Count > 0)
            text += $"used only when every target of priority {string.Join(" and ", higher.Select(static one => one.ToString(CultureInfo.InvariantCulture)))} is out{(isHigherBusy ? ", has no room" : "")} or has failed this request";
        else if (isOnly) text += isOtherBusy ? "the only one of it that has room" : "the only one of it that is well";
        else text += string.Create(CultureInfo.InvariantCulture, $"one of {BitOperations.PopCount(candidates)} that {(isOtherBusy ? "have room" : "are well")}");
        if (isOnly) return text;
        text += ", picked " + place.Why;
        return place.Share is null ? text + "; after those that are better now" : text;
    }

    // Contracts §4: when all are out all are tried, the one that waits least first; API Management's rule alone answers 503 then.
    private void TakeOut()
    {
        var waiting = new List<(int Position, TimeSpan Wait)>();
        for (var rest = _left; rest != 0; rest &= rest - 1)
        {
            var position = BitOperations.TrailingZeroCount(rest);
            waiting.Add((position, plan.IsPinned ? plan.ShortestWait(_now) : plan.Pool.Members[position].State.Wait(_now)));
        }

        foreach (var (position, wait) in waiting.OrderBy(static one => one.Wait))
        {
            var target = plan.Pool.Members[position];
            var health = TargetHealth.Of(target.State, time);
            var words = string.Create(CultureInfo.InvariantCulture, $"out for {Math.Ceiling(wait.TotalSeconds):0} s more ({health.Reason})");
            if (wait <= TimeSpan.Zero) words = "half-open: another call finds out whether it is well";
            if (target.State.IsTriedWhenAllAreOut) Take(position, null, wait, words + "; tried only when every target that is well has failed this request, or none is");
            else Leave(target, words + "; the counted rule of its breaker lets nobody through before that");
        }
    }

    private void Take(int position, double? share, TimeSpan? wait, string note)
    {
        _left &= ~(1UL << position);
        var target = plan.Pool.Members[position];
        if (plan.Model.Retry.Attempts is { } most && _steps.Count >= most) note += string.Create(CultureInfo.InvariantCulture, $"; beyond the {most} calls that one request may take (retry.attempts)");
        _steps.Add(new RouteStep(target, DialectOf(target), TargetHealth.Of(target.State, time)) { Share = share, Wait = wait, Note = note });
    }

    private void Leave(RouteTarget target, string reason) => _excluded.Add(new RouteExclusion(target.Name, reason));

    private void Summarise()
    {
        if (_steps.Count == 0)
        {
            var wait = plan.ShortestWait(_now);
            Summary = string.Create(CultureInfo.InvariantCulture, $"No target may be called: a call now is answered 503 with Retry-After {Math.Max(1, Math.Ceiling(wait.TotalSeconds)):0}.");
            return;
        }

        var retry = plan.Model.Retry;
        var repeated = retry.SameTarget == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; the last one again, {retry.SameTarget} times at most, within {retry.Deadline.TotalSeconds:0.###} s");
        var isWell = _steps[0].Wait is null;
        var first = _steps[0].Share is < 1 ? $"one of {_steps.Count(static step => step.Share is not null)} targets by chance or turns" : _steps[0].Target.Name;
        Summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{(isWell ? "" : "Every target is out; the one that is back first is called all the same. ")}The call begins with {first}; {_steps.Count} can be tried{(retry.Attempts is { } most ? $", with at most {most} calls" : "")}{repeated}.");
    }

    // The router has let through only those that have one.
    private Dialect DialectOf(RouteTarget target) => target.Provider.DialectFor(exchange.Surface, target.UpstreamModel)!.Value;
}
