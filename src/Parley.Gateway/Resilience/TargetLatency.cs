namespace Parley.Gateway.Resilience;

/// <summary>
/// How quick a target has been: the peak-sensitive moving average of its time to first token. A slower answer counts at once, a
/// quicker one little by little, so that a target which begins to stall is left at once and trusted again slowly (Finagle's "peak EWMA").
/// </summary>
internal sealed class TargetLatency(TimeProvider time)
{
    private static readonly double Decay = TimeSpan.FromSeconds(10).TotalSeconds;

    // As long without an answer, and the average says nothing of now: a target that was slow once would never be asked again.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private long _at;
    private long _triedAt;
    private double _milliseconds;

    /// <summary>The average in milliseconds; zero while nothing was measured.</summary>
    internal double Milliseconds => Volatile.Read(ref _milliseconds);

    /// <summary>True while there is an average, and it is recent enough to go by.</summary>
    internal bool IsKnown(long now) => Milliseconds != 0 && time.GetElapsedTime(Volatile.Read(ref _at), now) < Memory;

    /// <summary>A call is made, whatever comes of it.</summary>
    internal void NoteTried() => Volatile.Write(ref _triedAt, time.GetTimestamp());

    /// <summary>True when nothing recent is known and nobody has tried to find out lately: a target that never answers is not asked first each time.</summary>
    internal bool IsToBeTried(long now) =>
        !IsKnown(now) && (Volatile.Read(ref _triedAt) is var tried && (tried == 0 || time.GetElapsedTime(tried, now) >= Memory));

    /// <summary>Notes one time to first token. Two at the same moment may lose one of them: an average forgives that.</summary>
    internal void Record(long now, double milliseconds)
    {
        var last = Volatile.Read(ref _milliseconds);
        var elapsed = last == 0 ? 0 : Math.Max(0, time.GetElapsedTime(Volatile.Read(ref _at), now).TotalSeconds);
        var weight = Math.Exp(-elapsed / Decay);
        Volatile.Write(ref _at, now);
        Volatile.Write(ref _milliseconds, milliseconds > last ? milliseconds : (last * weight) + (milliseconds * (1 - weight)));
    }
}
