namespace Parley.Gateway.Access;

/// <summary>Compares digests without the default comparer, whose null checks box a struct until the JIT has optimised them.</summary>
internal sealed class KeyDigestComparer : IEqualityComparer<KeyDigest>
{
    /// <summary>The only one.</summary>
    public static KeyDigestComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(KeyDigest x, KeyDigest y) => x.Equals(y);

    /// <inheritdoc/>
    public int GetHashCode(KeyDigest obj) => obj.GetHashCode();
}
