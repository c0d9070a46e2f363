namespace Parley.Gateway.Configuration;

/// <summary>What keeps a caller on one side of a split (<c>stable</c> of an alias).</summary>
public enum AliasStability
{
    /// <summary><c>none</c>: each request is decided anew.</summary>
    None,

    /// <summary><c>key</c>: the caller's key.</summary>
    Key,

    /// <summary><c>user</c>: the <c>user</c> of the request, else the key.</summary>
    User,

    /// <summary><c>header:NAME</c>: a header of the request, else the key.</summary>
    Header,
}
