namespace Parley.Gateway.Telemetry;

/// <summary>The counters of one (surface, model, provider). All fields are bumped with Interlocked; nothing is allocated after it was made.</summary>
internal sealed class MetricSeries(string surface, string model, string provider)
{
    /// <summary>Upper bounds of the latency buckets, in seconds: a model answers in anything from milliseconds to ten minutes.</summary>
    internal static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

    /// <summary>The statuses that are told apart; any other counts as the last one.</summary>
    internal static readonly int[] Statuses = [200, 201, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 499, 500, 501, 502, 503, 504, 529, 0];

    internal readonly long[] Requests = new long[Statuses.Length];
    internal readonly MetricHistogram Duration = new();
    internal readonly MetricHistogram FirstToken = new();
    internal long InputTokens;
    internal long CacheReadTokens;
    internal long CacheWriteTokens;
    internal long OutputTokens;
    internal long ReasoningTokens;

    internal string Surface { get; } = surface;

    internal string Model { get; } = model;

    internal string Provider { get; } = provider;

    internal void Count(int status)
    {
        var index = Statuses.AsSpan().IndexOf(status);
        Interlocked.Increment(ref Requests[index < 0 ? Statuses.Length - 1 : index]);
    }
}
