namespace Parley.Gateway.Access;

/// <summary>
/// The one place where a presented value becomes a <see cref="Caller"/>. Synchronous and free of allocation: a check of the characters,
/// one HMAC, one look-up in memory, all in about a microsecond.
/// </summary>
internal sealed class KeyAuthenticator(KeyIndex index, KeyHasher hasher, TimeProvider time)
{
    /// <summary>True gives the caller; false the reason, which is never <see cref="KeyRefusal.None"/>.</summary>
    public bool TryAuthenticate(ReadOnlySpan<char> presented, out Caller? caller, out KeyRefusal refusal)
    {
        caller = null;
        if (!index.IsAvailable)
        {
            refusal = KeyRefusal.Unavailable;
            return false;
        }

        if (!hasher.TryHash(presented, out var digest) || !index.TryFind(in digest, out var key))
        {
            refusal = KeyRefusal.Unknown;
            return false;
        }

        refusal = key!.RefusalAt(time.GetUtcNow());
        if (refusal != KeyRefusal.None) return false;
        caller = key.Caller;
        return true;
    }
}
