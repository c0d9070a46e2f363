namespace Parley.Gateway.Configuration;

/// <summary>What happens to a setting that the model is known to refuse (<c>onUnsupported</c>).</summary>
public enum UnsupportedPolicy
{
    /// <summary><c>drop</c>: it is taken out and reported as lost.</summary>
    Drop,

    /// <summary><c>reject</c>: the request is refused with a 400 that names it.</summary>
    Reject,

    /// <summary><c>pass</c>: it is sent as it came; the provider decides.</summary>
    Pass,
}
