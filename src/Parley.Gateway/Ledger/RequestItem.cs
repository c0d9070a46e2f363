namespace Parley.Gateway.Ledger;

/// <summary>One request as <c>/admin/requests</c> tells it: the attempt that the caller saw, the tokens of all of them.</summary>
internal sealed record RequestItem
{
    public required string RequestId { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Key { get; init; }

    public required string KeyName { get; init; }

    public required string Model { get; init; }

    public required string? ModelAnswered { get; init; }

    public required string Provider { get; init; }

    public required int Status { get; init; }

    public required string? Error { get; init; }

    public required bool Truncated { get; init; }

    public required bool Aborted { get; init; }

    public required bool Estimated { get; init; }

    public required bool Stream { get; init; }

    public required long InputTokens { get; init; }

    public required long CacheReadTokens { get; init; }

    public required long CacheWriteTokens { get; init; }

    public required long OutputTokens { get; init; }

    public required long ReasoningTokens { get; init; }

    public required double Milliseconds { get; init; }

    public required double? FirstTokenMilliseconds { get; init; }

    public required string? FinishReason { get; init; }

    public required string? UpstreamRequestId { get; init; }

    public required IReadOnlyList<RequestAttempt> Attempts { get; init; }
}
