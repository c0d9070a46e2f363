using System.Numerics;

namespace Parley.Gateway.Routing.Picking;

/// <summary>Sets of members as bit masks.</summary>
internal static class Candidates
{
    /// <summary>The position of the <paramref name="n"/>th bit that is set, counted from zero.</summary>
    internal static int Nth(ulong candidates, int n)
    {
        for (; n > 0; n--) candidates &= candidates - 1;
        return BitOperations.TrailingZeroCount(candidates);
    }

    /// <summary>One of them, each as likely as the other.</summary>
    internal static int Any(ulong candidates, Func<double> random) => Nth(candidates, (int)(random() * BitOperations.PopCount(candidates)));
}
