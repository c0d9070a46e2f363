using Azure.Core;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Providers.Azure;

/// <summary>
/// One bearer token, shared by all requests of a provider or an agent: asked for once, renewed in the background before it expires
/// (at the credential's own refresh time, else five minutes before the end), never by every request at once.
/// </summary>
internal sealed partial class EntraTokenSource(string owner, TokenCredential credential, string scope, TimeProvider time, ILogger<EntraTokenSource> logger)
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(10);

    private readonly TokenRequestContext _context = new([scope]);
    private readonly Lock _lock = new();
    private volatile Token? _token;
    private Task<Token?>? _renewal;
    private DateTimeOffset _noRenewalBefore;

    private sealed record Token(string Header, DateTimeOffset RenewAt, DateTimeOffset ExpiresAt);

    /// <summary>The value of the <c>Authorization</c> header, or why there is none.</summary>
    internal async ValueTask<(string? Header, GatewayError? Error)> GetAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var token = _token;
        if (token is not null && now < token.RenewAt) return (token.Header, null);

        var renewal = Renew(now);
        // A token that still works is used while the new one is on its way.
        if (token is not null && now < token.ExpiresAt) return (token.Header, null);
        if (renewal is null) return (null, Failed());
        try
        {
            token = await renewal.WaitAsync(Patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            // The credential does not heed its own cancellation.
            return (null, Failed());
        }

        return token is null ? (null, Failed()) : (token.Header, null);
    }

    private Task<Token?>? Renew(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_renewal is { IsCompleted: false }) return _renewal;
            if (now < _noRenewalBefore) return null;
            return _renewal = Task.Run(RequestAsync);
        }
    }

    private async Task<Token?> RequestAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            var token = await credential.GetTokenAsync(_context, patience.Token);
            var now = time.GetUtcNow();
            var renewAt = token.RefreshOn ?? token.ExpiresOn - Early;
            // A token that is short-lived, or was near its end when it came, must not be asked for with every request.
            if (renewAt <= now) renewAt = now + ((token.ExpiresOn - now) / 2);
            return _token = new Token("Bearer " + token.Token, renewAt, token.ExpiresOn);
        }
        catch (Exception exception)
        {
            // Whatever a credential throws, there is no token; nothing of it may reach a caller.
            lock (_lock) _noRenewalBefore = time.GetUtcNow() + RetryAfterFailure;
            LogFailed(logger, owner, exception.Message);
            return null;
        }
    }

    private GatewayError Failed() => new(
        GatewayErrorKind.UpstreamUnauthorized,
        $"Parley could not sign in to {owner} with Entra ID. The operator finds the reason in the log.");

    [LoggerMessage(Level = LogLevel.Error, Message = "No Entra token for {Owner}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string owner, string reason);
}
