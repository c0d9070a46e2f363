namespace Parley.Gateway.Configuration;

/// <summary>How one of several healthy targets of the same priority is picked (<c>pick</c>).</summary>
public enum PickRule
{
    /// <summary><c>weighted</c>: at random, by weight.</summary>
    Weighted,

    /// <summary><c>round-robin</c>: in turn, by weight.</summary>
    RoundRobin,

    /// <summary><c>random</c>: at random, whatever the weights.</summary>
    Random,

    /// <summary><c>least-busy</c>: the one with the fewest calls in flight for its weight.</summary>
    LeastBusy,

    /// <summary><c>least-latency</c>: the one that has been quickest (peak EWMA of the time to first token, times its calls in flight).</summary>
    LeastLatency,

    /// <summary><c>prompt-cache</c>: requests with the same beginning go to the same target, so that its prompt cache is hit.</summary>
    PromptCache,

    /// <summary><c>most-capacity</c>: the one whose <c>x-ratelimit-remaining-*</c> headers promise most.</summary>
    MostCapacity,
}
