namespace Parley.Gateway.Ingress;

/// <summary>The bound on all request bodies in memory together (<c>limits.bufferedBytes</c>).</summary>
internal sealed class BufferedBytesBudget
{
    private long _reserved;

    /// <summary>Bytes reserved now.</summary>
    internal long Reserved => Volatile.Read(ref _reserved);

    /// <summary>Reserves, or answers false and reserves nothing when the bound would be passed.</summary>
    internal bool TryReserve(long bytes, long limit)
    {
        if (Interlocked.Add(ref _reserved, bytes) <= limit) return true;
        Interlocked.Add(ref _reserved, -bytes);
        return false;
    }

    internal void Release(long bytes) => Interlocked.Add(ref _reserved, -bytes);
}
