using Microsoft.Extensions.Logging;
using Parley.Gateway.Resilience.Breakers;

namespace Parley.Gateway.Resilience;

/// <summary>Says that a target left its pool, or came back.</summary>
internal sealed partial class TargetEvents(ILogger<TargetEvents> logger)
{
    /// <summary>Tells of a change; nothing for null.</summary>
    internal void Note(TargetState target, int credential, BreakerChange? change)
    {
        if (change is null) return;
        if (change.To == BreakerState.Open) LogOpened(logger, target.Name, credential + 1, target.Breakers.Length, change.Reason, change.Until);
        else LogRecovered(logger, target.Name, credential + 1, target.Breakers.Length, change.Reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Target {Target} (credential {Credential} of {Credentials}) is out of its pool: {Reason}; it may be tried again at {Until:O}")]
    private static partial void LogOpened(ILogger logger, string target, int credential, int credentials, string reason, DateTimeOffset? until);

    [LoggerMessage(Level = LogLevel.Information, Message = "Target {Target} (credential {Credential} of {Credentials}) is back in its pool: {Reason}")]
    private static partial void LogRecovered(ILogger logger, string target, int credential, int credentials, string reason);
}
