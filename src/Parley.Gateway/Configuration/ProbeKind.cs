namespace Parley.Gateway.Configuration;

/// <summary>How a target is asked whether it is well.</summary>
public enum ProbeKind
{
    /// <summary><c>models</c>: the provider's list of models; costs nothing.</summary>
    Models,

    /// <summary><c>call</c>: a call of a few tokens to the target's model.</summary>
    Call,
}
