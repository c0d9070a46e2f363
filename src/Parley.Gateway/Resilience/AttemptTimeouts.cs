using Parley.Gateway.Configuration;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Resilience;

/// <summary>The time limits of one attempt: the model's own, else those of the provider's <c>http</c> section.</summary>
/// <param name="Connect">Null leaves it to the transport, whose limit is the provider's.</param>
/// <param name="FirstByte">Until the headers.</param>
/// <param name="FirstToken">Until the first content of a stream; zero means no limit of its own.</param>
/// <param name="Idle">The longest silence inside the answer.</param>
internal sealed record AttemptTimeouts(TimeSpan? Connect, TimeSpan FirstByte, TimeSpan FirstToken, TimeSpan Idle)
{
    /// <summary>The timestamp at which the first content of a stream is due; zero while nothing is sent, or when there is no such limit.</summary>
    internal long FirstTokenUntil { get; private init; }

    internal static AttemptTimeouts Of(TimeoutsConfig model, HttpConfig provider) => new(
        model.Connect,
        model.FirstByte ?? TimeSpan.FromSeconds(provider.FirstByteSeconds),
        model.FirstToken ?? TimeSpan.Zero,
        model.Idle ?? TimeSpan.FromSeconds(provider.IdleStreamSeconds));

    /// <summary>
    /// The limits of a stream's attempt while another target is left: that one gets at least half of what is left of the whole request's time. Not for
    /// plain answers, whose headers come when all of the answer is there: it would cut the long ones.
    /// </summary>
    internal AttemptTimeouts LeavingHalf(long totalUntil, TimeProvider time)
    {
        if (totalUntil == 0) return this;
        var half = time.GetElapsedTime(time.GetTimestamp(), totalUntil) / 2;
        return half > TimeSpan.Zero && half < FirstByte ? this with { FirstByte = half } : this;
    }

    /// <summary>The request is about to be sent: starts the limits that run until its answer.</summary>
    /// <returns>The limits, with the moment at which the first content is due.</returns>
    internal AttemptTimeouts Begin(UpstreamRequest request, AttemptDeadline deadline, bool isStream, TimeProvider time)
    {
        var sent = isStream && FirstToken > TimeSpan.Zero
            ? this with { FirstTokenUntil = time.GetTimestamp() + (long)(FirstToken.TotalSeconds * time.TimestampFrequency) }
            : this;
        if (Connect is { } connect) AwaitConnection(request, deadline, connect, sent);
        else sent.AwaitHeaders(deadline);
        return sent;
    }

    // Over a connection that stands the body is written at once: what comes before it is the wait for one.
    private static void AwaitConnection(UpstreamRequest request, AttemptDeadline deadline, TimeSpan connect, AttemptTimeouts sent)
    {
        request.Connected = () => sent.AwaitHeaders(deadline);
        deadline.Within(connect, AttemptStep.Connect);
    }

    // A stream whose headers are later than its first token may be has missed that one too.
    private void AwaitHeaders(AttemptDeadline deadline)
    {
        if (FirstTokenUntil != 0 && FirstToken < FirstByte) deadline.Within(FirstToken, AttemptStep.FirstToken);
        else deadline.Within(FirstByte, AttemptStep.FirstByte);
    }
}
