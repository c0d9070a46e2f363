using System.Numerics;

namespace Parley.Gateway.Routing.Picking;

/// <summary>
/// In turn, by weight. Each member stands at points of an endless line, one point every <c>1/weight</c>; the next point on the line has the
/// next turn. The points of members that are out are passed over, and the others keep their order and their shares.
/// <code>
/// a (3)   ·   ·   ·   ·   ·   ·
/// b (1)           ·           ·
///         a   a   ab  a   a   ab      any four turns in a row: three of a and one of b
/// </code>
/// </summary>
/// <remarks>
/// This is the smooth weighted round robin of nginx without its lock: taking a turn changes one number, the point of the member that has
/// it, so a compare-and-swap is enough, and every point is taken exactly once. The turns belong to the pool.
/// </remarks>
internal sealed class RoundRobinPicker : TargetPicker
{
    // Weights without a small common multiple (997 : 1009) are met to within a millionth.
    private const long MostResolution = 1 << 20;

    private readonly long[] _points;
    private readonly long[] _strides;
    private long _passed;

    /// <summary>Of no pool yet.</summary>
    internal RoundRobinPicker() => (_points, _strides) = ([], []);

    private RoundRobinPicker(RouteTarget[] members)
    {
        _points = new long[members.Length];
        _strides = new long[members.Length];
        foreach (var group in members.Select(static (member, index) => (Member: member, Index: index)).GroupBy(static pair => pair.Member.Priority))
        {
            var resolution = Resolution(group.Select(static pair => pair.Member.Weight));
            var count = group.Count();
            foreach (var (position, (member, index)) in group.Index())
            {
                // Staggered, so that thirty members of weight 1 beside one of weight 30 do not all have their turn at once.
                var half = Math.Max(1, resolution / member.Weight);
                _strides[index] = 2 * count * half;
                _points[index] = ((2 * position) + 1) * half;
            }
        }
    }

    // Some of the pool's members (a request that named its deployment) go on with the pool's turns.
    internal override TargetPicker For(RouteTarget[] members) => members.Length <= _points.Length ? this : new RoundRobinPicker(members);

    internal override int Pick(RouteTarget[] members, ulong candidates, in PickContext context)
    {
        while (true)
        {
            var passed = Volatile.Read(ref _passed);
            var chosen = -1;
            long seen = 0, next = 0;
            for (var rest = candidates; rest != 0; rest &= rest - 1)
            {
                var index = BitOperations.TrailingZeroCount(rest);
                var stored = Volatile.Read(ref _points[index]);
                var point = stored;
                // Was out: its turns of that time are gone, or it would have them all at once.
                if (passed - point > 0) point += (passed - point + _strides[index] - 1) / _strides[index] * _strides[index];
                if (chosen >= 0 && point - next >= 0) continue;
                (chosen, seen, next) = (index, stored, point);
            }

            // Somebody else took this very turn: look again.
            if (Interlocked.CompareExchange(ref _points[chosen], next + _strides[chosen], seen) != seen) continue;
            if (next - passed > 0) Interlocked.CompareExchange(ref _passed, next, passed);
            return chosen;
        }
    }

    private static long Resolution(IEnumerable<int> weights)
    {
        var multiple = 1L;
        foreach (var weight in weights)
        {
            multiple *= weight / (long)BigInteger.GreatestCommonDivisor(multiple, weight);
            if (multiple > MostResolution) return MostResolution;
        }

        return multiple;
    }
}
