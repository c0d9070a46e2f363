namespace Parley.Gateway.Configuration;

/// <summary>How many calls run at a time (<c>concurrency</c> of a target or a model); what is more waits in a queue, or is refused with 429.</summary>
public sealed record ConcurrencyConfig
{
    /// <summary><c>max</c>: calls that run.</summary>
    public required int Max { get; init; }

    /// <summary><c>queue</c>: calls that wait; 0 by default.</summary>
    public int Queue { get; init; }

    /// <summary><c>waitSeconds</c>: the longest wait; 30 s by default.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(30);
}
