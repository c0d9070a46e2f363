using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Providers.Bedrock;

/// <summary>
/// One AWS credential, shared by all requests of a provider: the configured one, or what the chain finds, asked for at the first
/// call and again in the background before it expires (a lasting one every few minutes, for keys that were rotated), one asking at a time.
/// </summary>
/// <param name="config">The provider; its <c>accessKeyId</c> and <c>secretAccessKey</c> go before the chain.</param>
/// <param name="chain">Finds a credential elsewhere: <see cref="AwsCredentialChain.ResolveAsync"/>.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told why there is none.</param>
internal sealed partial class AwsCredentialSource(
    ProviderConfig config, Func<CancellationToken, Task<AwsCredential>> chain, TimeProvider time, ILogger<AwsCredentialSource> logger)
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LastingIsAskedAgain = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(10);

    private readonly AwsCredential? _configured = config is { AccessKeyId: { } id, SecretAccessKey: { } secret }
        ? new AwsCredential(id, secret, config.SessionToken)
        : null;

    private readonly Lock _lock = new();
    private volatile Found? _found;
    private Task<Found?>? _renewal;
    private DateTimeOffset _noRenewalBefore;

    private sealed record Found(AwsCredential Credential, DateTimeOffset RenewAt);

    /// <summary>The credential, or why there is none.</summary>
    internal async ValueTask<(AwsCredential? Credential, GatewayError? Error)> GetAsync(CancellationToken cancellation)
    {
        if (_configured is not null) return (_configured, null);
        var now = time.GetUtcNow();
        var found = _found;
        if (found is not null && now < found.RenewAt) return (found.Credential, null);

        var renewal = Renew(now);
        // One that still works is used while the new one is on its way.
        if (found is not null && (found.Credential.ExpiresAt is not { } end || now < end)) return (found.Credential, null);
        if (renewal is null) return (null, Missing());
        try
        {
            found = await renewal.WaitAsync(Patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            return (null, Missing());
        }

        return found is null ? (null, Missing()) : (found.Credential, null);
    }

    private Task<Found?>? Renew(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_renewal is { IsCompleted: false }) return _renewal;
            if (now < _noRenewalBefore) return null;
            return _renewal = Task.Run(AskAsync);
        }
    }

    private async Task<Found?> AskAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            var credential = await chain(patience.Token).WaitAsync(patience.Token);
            var now = time.GetUtcNow();
            var renewAt = now + LastingIsAskedAgain;
            if (credential.ExpiresAt is { } end)
            {
                // One that is near its end when it comes must not be asked for with every request.
                renewAt = end - Early > now ? end - Early : now + ((end - now) / 2);
            }

            return _found = new Found(credential, renewAt);
        }
        catch (Exception exception)
        {
            // Whatever the chain throws, there is no credential; nothing of it may reach a caller.
            lock (_lock) _noRenewalBefore = time.GetUtcNow() + RetryAfterFailure;
            LogMissing(logger, config.Name, exception.Message);
            return null;
        }
    }

    private GatewayError Missing() => new(
        GatewayErrorKind.UpstreamUnauthorized,
        $"Parley found no AWS credential for provider '{config.Name}': neither accessKeyId and secretAccessKey of the configuration, nor "
        + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, nor a profile or role. The operator finds the reason in the log.");

    [LoggerMessage(Level = LogLevel.Error, Message = "No AWS credential for provider {Provider}: {Reason}")]
    private static partial void LogMissing(ILogger logger, string provider, string reason);
}
