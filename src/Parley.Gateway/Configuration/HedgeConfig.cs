namespace Parley.Gateway.Configuration;

/// <summary>A second call to another target when the first is slow (<c>hedge</c> of a model): the first content wins, the other is cancelled.</summary>
public sealed record HedgeConfig
{
    /// <summary><c>afterMilliseconds</c>: when the second call is made; null means after the model's own 95th percentile of time to first token.</summary>
    public TimeSpan? After { get; init; }
}
