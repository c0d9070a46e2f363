using System.Globalization;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Resilience;

/// <summary>What is left of one rate limit of a target: a value that lies beside the others of its target, because all are read at every choice.</summary>
internal struct RateLimitShare
{
    // Limits are per minute where an answer does not say when they are whole again; per day at the longest.
    private static readonly TimeSpan UsualWindow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1);

    private double _share;
    private double _largest;
    private long _until;

    /// <summary>The share that is left, 0 to 1; 1 when nothing is known, or the limit has been whole again since.</summary>
    internal double At(long now) => now < Volatile.Read(ref _until) ? Volatile.Read(ref _share) : 1;

    /// <summary>True once an answer has told it.</summary>
    internal bool IsKnown => Volatile.Read(ref _until) != 0;

    /// <summary>Takes what an answer says; nothing when it does not say it.</summary>
    internal void Note(UpstreamReply reply, RateLimitHeaders names, TimeProvider time)
    {
        // Azure's Responses API says -1 for "not known" (openai-dotnet #838).
        if (Number(reply, names.Remaining) is not { } remaining || remaining < 0) return;
        var limit = Number(reply, names.Limit) is { } said and > 0 ? said : Seen(remaining);
        Volatile.Write(ref _share, limit > 0 ? Math.Min(1, remaining / limit) : 0);
        Volatile.Write(ref _until, time.GetTimestamp() + (long)(WindowOf(reply.Header(names.Reset), time).TotalSeconds * time.TimestampFrequency));
    }

    // Azure often tells only what remains (azure-rest-api-specs #26884): then the most that it ever told is the limit.
    private double Seen(double remaining)
    {
        if (remaining > _largest) _largest = remaining;
        return _largest;
    }

    private static TimeSpan WindowOf(string? reset, TimeProvider time)
    {
        if (WaitText.ReadReset(reset, time) is not { } window) return UsualWindow;
        return window < LongestWindow ? window : LongestWindow;
    }

    private static double? Number(UpstreamReply reply, string name) =>
        double.TryParse(reply.Header(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
