namespace Parley.Gateway.Resilience;

/// <summary>The step of an attempt that a time limit runs for.</summary>
internal enum AttemptStep
{
    /// <summary>Until a connection stands.</summary>
    Connect,

    /// <summary>Until the headers of the answer have come.</summary>
    FirstByte,

    /// <summary>Until the first content of a stream has come.</summary>
    FirstToken,

    /// <summary>Silence inside an answer.</summary>
    Idle,

    /// <summary>The whole request, all attempts together.</summary>
    Total,
}
