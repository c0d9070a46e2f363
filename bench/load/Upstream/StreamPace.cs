namespace Parley.Load.Upstream;

/// <summary>
/// How a streamed answer is sent: so many content events, the first at once, the others at this interval in whole milliseconds.
/// </summary>
internal sealed record StreamPace(int Events, int IntervalMilliseconds)
{
    public TimeSpan Duration => TimeSpan.FromMilliseconds((double)Events * IntervalMilliseconds);
}
