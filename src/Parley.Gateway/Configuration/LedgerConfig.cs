namespace Parley.Gateway.Configuration;

/// <summary>How usage records are kept (DESIGN §5).</summary>
public sealed record LedgerConfig
{
    /// <summary>What the last frame of an answer waits for.</summary>
    public LedgerCommit Commit { get; init; } = LedgerCommit.Journal;

    /// <summary>What happens while records cannot be written.</summary>
    public LedgerFailure OnFailure { get; init; } = LedgerFailure.Refuse;
}
