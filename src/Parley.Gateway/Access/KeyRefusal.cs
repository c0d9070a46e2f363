namespace Parley.Gateway.Access;

/// <summary>Why a presented value gives no caller.</summary>
internal enum KeyRefusal
{
    /// <summary>It does: nothing is refused.</summary>
    None,

    /// <summary>Nothing was presented at all.</summary>
    Missing,

    /// <summary>It is no key of ours; another value of the request may be.</summary>
    Unknown,

    /// <summary>Ours, but expired.</summary>
    Expired,

    /// <summary>Ours, but suspended.</summary>
    Suspended,

    /// <summary>The key store has not been reachable: nobody can be recognised.</summary>
    Unavailable,
}
