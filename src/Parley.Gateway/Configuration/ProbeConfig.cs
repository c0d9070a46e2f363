namespace Parley.Gateway.Configuration;

/// <summary>Active health checks of a provider's targets (<c>probe</c> of a provider); without it only real calls tell how they are.</summary>
public sealed record ProbeConfig
{
    /// <summary><c>kind</c>.</summary>
    public ProbeKind Kind { get; init; } = ProbeKind.Models;

    /// <summary><c>intervalSeconds</c>, up to a tenth more or less by chance; 30 s by default.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>timeoutSeconds</c>: an answer that takes longer is a failure; 10 s by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
