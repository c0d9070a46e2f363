namespace Parley.Gateway.Resilience.Queueing;

/// <summary>What became of a call that asked for a place.</summary>
internal enum GateAnswer
{
    /// <summary>It may run.</summary>
    Entered,

    /// <summary>All places are taken, and as many calls wait as may.</summary>
    Full,

    /// <summary>It has waited as long as the gate lets a call wait.</summary>
    TimedOut,

    /// <summary>It has waited as long as it would itself, which was less.</summary>
    OutOfPatience,

    /// <summary>Its caller has left.</summary>
    Left,
}
