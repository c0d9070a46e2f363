namespace Parley.Gateway.Resilience.Queueing;

/// <summary>What became of a call that asked for a place.</summary>
internal enum GateAnswer
{
    /// <summary>It may run.</summary>
    Entered,

    /// <summary>All places are taken, and as many calls wait as may.</summary>
    Full,

    /// <summary>It has waited as long as it may.</summary>
    TimedOut,

    /// <summary>Its caller has left.</summary>
    Left,
}
