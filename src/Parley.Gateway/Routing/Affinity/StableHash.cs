namespace Parley.Gateway.Routing.Affinity;

/// <summary>A 64-bit hash that is the same in every process and on every machine: replicas must come to the same choice. Not for secrets.</summary>
internal static class StableHash
{
    /// <summary>FNV-1a over the characters, then mixed so that texts which differ only at their ends are far apart. Never zero.</summary>
    internal static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211UL;
        return Math.Max(1, Mix(hash));
    }

    /// <summary>What a pair of hashes is worth: the finisher of SplitMix64.</summary>
    internal static ulong Pair(ulong first, ulong second) => Mix(first ^ Mix(second));

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15UL;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
