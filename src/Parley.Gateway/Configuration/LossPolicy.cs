namespace Parley.Gateway.Configuration;

/// <summary>What happens when a translation cannot carry something over (<c>onLoss</c>).</summary>
public enum LossPolicy
{
    /// <summary><c>warn</c>: it is reported in <c>x-parley-lost</c>.</summary>
    Warn,

    /// <summary><c>allow</c>: it is only counted.</summary>
    Allow,

    /// <summary><c>reject</c>: the request is refused.</summary>
    Reject,
}
