using Parley.Gateway.Exchange;

namespace Parley.Gateway.Resilience.Hedging;

/// <summary>What an attempt for a hedged model carries; attempts for other models have none, and cost nothing more.</summary>
/// <param name="right">What it asks for before it touches the response; null when nobody else can answer.</param>
/// <param name="times">Where its time to first token is noted; null when the model's hedge goes by a fixed time.</param>
/// <param name="aborted">The caller's abort.</param>
internal sealed class HedgeLane(AnswerRight? right, FirstTokenTimes? times, CancellationToken aborted) : IDisposable
{
    private readonly CancellationTokenSource? _superseded = right is null ? null : CancellationTokenSource.CreateLinkedTokenSource(aborted);

    internal static readonly GatewayError Superseded = new(GatewayErrorKind.Superseded, "Another target answered first.");

    internal FirstTokenTimes? Times => times;

    /// <summary>The right of which the attempt is one claimant; null when it has no rival.</summary>
    internal AnswerRight? Right => right;

    /// <summary>The caller's abort, or that the other attempt has won.</summary>
    internal CancellationToken Token => _superseded?.Token ?? aborted;

    /// <summary>The other attempt has won.</summary>
    internal Task CancelAsync() => _superseded?.CancelAsync() ?? Task.CompletedTask;

    public void Dispose() => _superseded?.Dispose();
}
