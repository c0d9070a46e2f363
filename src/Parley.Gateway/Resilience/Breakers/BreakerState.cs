namespace Parley.Gateway.Resilience.Breakers;

/// <summary>What is known of a target's health.</summary>
internal enum BreakerState
{
    /// <summary>Nothing yet, or an open time that has passed: it may be tried.</summary>
    Unknown,

    /// <summary>The last call was answered.</summary>
    Healthy,

    /// <summary>Out of its pool until a time.</summary>
    Open,

    /// <summary>The open time has passed and one call is finding out.</summary>
    HalfOpen,
}
