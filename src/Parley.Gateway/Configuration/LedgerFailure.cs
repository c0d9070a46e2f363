namespace Parley.Gateway.Configuration;

/// <summary>What happens while usage records cannot be written, for example because the disk is full (<c>ledger.onFailure</c>).</summary>
public enum LedgerFailure
{
    /// <summary><c>refuse</c>: new requests are answered 503 until the journal can be written again; nothing is served that is not recorded.</summary>
    Refuse,

    /// <summary><c>serve</c>: requests are served; records that do not fit the bounded memory queue are lost, counted and logged.</summary>
    Serve,
}
