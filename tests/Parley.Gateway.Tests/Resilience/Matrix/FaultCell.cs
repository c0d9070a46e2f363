namespace Parley.Gateway.Tests.Resilience.Matrix;

/// <summary>What came of one call to a faulty target.</summary>
/// <param name="Client">What the client sees: <c>whole answer</c>, <c>502 stream_broken</c>, <c>begun, then error event upstream_idle_timeout</c>, <c>begun, then connection closed</c>; with a second target also who answered.</param>
/// <param name="Ledger">What the ledger says: the record's flags and error, and each attempt's reason.</param>
/// <param name="Breaker">The faulty target's breaker afterwards: <c>healthy</c>, <c>unknown</c>, <c>open 30 s</c>.</param>
internal sealed record FaultCell(string Client, string Ledger, string Breaker)
{
    internal bool IsWhole => Client.StartsWith("whole", StringComparison.Ordinal);

    /// <summary>The answer had begun when the fault struck: no other target can help.</summary>
    internal bool IsBegun => Client.StartsWith("begun", StringComparison.Ordinal);
}
