namespace Parley.Gateway.Configuration;

/// <summary>How a client is recognised.</summary>
public enum AffinityKind
{
    /// <summary><c>cookie</c>: by a cookie that holds the target's index (contracts §4).</summary>
    Cookie,

    /// <summary><c>header</c>: by the value of a header of the request.</summary>
    Header,

    /// <summary><c>key</c>: by the caller's key.</summary>
    Key,
}
