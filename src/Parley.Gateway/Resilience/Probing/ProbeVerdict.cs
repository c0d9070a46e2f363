namespace Parley.Gateway.Resilience.Probing;

/// <summary>What a probe says of a target.</summary>
internal enum ProbeVerdict
{
    /// <summary>It is there.</summary>
    Answered,

    /// <summary>It failed as a real call would have failed.</summary>
    Failed,

    /// <summary>The probe itself was refused, or got an answer that concerns only what was asked for: the target stays as it is.</summary>
    SaysNothing,
}
