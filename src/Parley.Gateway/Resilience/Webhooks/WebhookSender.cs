using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Resilience.Webhooks;

/// <summary>
/// Posts what the queue holds to <c>events.webhook</c>, one at a time and off every request's path. Its client is its own: no redirect is
/// followed, no cookie kept. A private address is fine, because the operator wrote it.
/// </summary>
internal sealed partial class WebhookSender(WebhookQueue queue, SnapshotHolder snapshots, TimeProvider time, ILogger<WebhookSender> logger) : BackgroundService
{
    private const int MostAttempts = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        // So that a name which moved is looked up again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    private long _sent;
    private long _failed;

    /// <summary>Events that the receiver has taken.</summary>
    internal long Sent => Volatile.Read(ref _sent);

    /// <summary>Events that it did not take, however often they were posted.</summary>
    internal long Failed => Volatile.Read(ref _failed);

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true) await SendAsync(await queue.TakeAsync(stoppingToken), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what was not told by now is in the log.
        }
    }

    private async Task SendAsync(TargetEvent news, CancellationToken stopping)
    {
        var id = Ulid.New(news.Time);
        for (var attempt = 1; ; attempt++)
        {
            // Taken anew each time: a reload may have moved or removed it.
            if (snapshots.Current.Config.Webhook is not { } webhook) return;
            var (fault, isFinal) = await PostAsync(webhook, news, id, stopping);
            if (fault is null)
            {
                Interlocked.Increment(ref _sent);
                return;
            }

            if (isFinal || attempt == MostAttempts || queue.HasNewer(news.Target))
            {
                Interlocked.Increment(ref _failed);
                LogFailed(logger, news.Kind, news.Target, webhook.Url.Host, attempt, fault);
                return;
            }

            await Task.Delay(FirstWait * (1 << (attempt - 1)), time, stopping);
        }
    }

    // The path and query of a webhook are often its password: neither is ever part of a message.
    private async Task<(string? Fault, bool IsFinal)> PostAsync(WebhookConfig webhook, TargetEvent news, Ulid id, CancellationToken stopping)
    {
        var body = WebhookMessage.Write(news, id, Environment.MachineName);
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.TryAddWithoutValidation("User-Agent", "Parley");
        if (webhook.Secret is { } secret) request.Headers.TryAddWithoutValidation(WebhookMessage.SignatureHeader, WebhookMessage.Sign(body, secret));
        try
        {
            using var answer = await _client.SendAsync(request, either.Token);
            var status = (int)answer.StatusCode;
            if (status is >= 200 and < 300) return (null, true);
            // What it refuses now it refuses later; what it has no time for it may take.
            return ($"it answered {status}", status is (>= 300 and < 500) and not (408 or 425 or 429));
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return ($"no answer within {Patience.TotalSeconds:0} seconds", false);
        }
        catch (HttpRequestException exception)
        {
            return ($"no connection ({exception.HttpRequestError})", false);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The event {Event} of target {Target} could not be told to the webhook at {Host} ({Attempts} attempts): {Fault}. Look at \"events.webhook\" and at the receiver; GET /admin/targets shows the state")]
    private static partial void LogFailed(ILogger logger, string @event, string target, string host, int attempts, string fault);
}
