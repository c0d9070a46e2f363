namespace Parley.Gateway.Ledger;

/// <summary>What <c>/admin/usage</c> adds up by.</summary>
internal enum UsageGrouping
{
    /// <summary>The model as the caller named it.</summary>
    Model,

    /// <summary>The key's identifier.</summary>
    Key,

    /// <summary>The configured provider: each attempt's tokens under its own, the request under that of the attempt the caller saw.</summary>
    Provider,
}
