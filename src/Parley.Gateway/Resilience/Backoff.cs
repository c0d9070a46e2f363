using Parley.Gateway.Configuration;

namespace Parley.Gateway.Resilience;

/// <summary>
/// The wait before a call is repeated: doubled each time up to a bound, and half of it left to chance, so that callers who failed
/// together do not come back together.
/// </summary>
/// <param name="random">A number from 0 up to, but not including, 1.</param>
internal sealed class Backoff(Func<double> random)
{
    /// <summary>The wait before the given repetition.</summary>
    /// <param name="retry">The model's settings.</param>
    /// <param name="repetition">1 for the first.</param>
    /// <param name="asked">How long the provider asked to wait; null when it did not. It is not waited less than that.</param>
    internal TimeSpan Of(RetryConfig retry, int repetition, TimeSpan? asked)
    {
        var doubled = retry.Backoff * Math.Pow(2, Math.Min(repetition - 1, 20));
        var wait = (doubled < retry.MostBackoff ? doubled : retry.MostBackoff) * (0.5 + (0.5 * random()));
        return asked is { } least && least > wait ? least : wait;
    }
}
