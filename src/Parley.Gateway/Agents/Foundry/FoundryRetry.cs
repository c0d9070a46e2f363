using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Parley.Gateway.Agents.Foundry;

/// <summary>
/// Tries a call again, twice at most and within a few seconds: what reads or deletes after any failure, what makes something only where it
/// certainly was not made (429, 503, no connection). A service that asks for a longer wait is not waited for: the caller is told of it.
/// </summary>
internal sealed class FoundryRetry(TimeProvider time, Func<double> random) : HttpPipelinePolicy
{
    private const int MostTries = 3;
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Every call is asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        for (var tries = 1; ; tries++)
        {
            TimeSpan? wait;
            try
            {
                await ProcessNextAsync(message, pipeline);
                wait = tries < MostTries ? WaitAfter(message, tries) : null;
            }
            catch (RequestFailedException fault) when (tries < MostTries && (IsRepeatable(message) || HasNotBegun(fault)))
            {
                wait = Backoff(tries);
            }

            if (wait is not { } pause) return;
            if (message.HasResponse) message.Response.Dispose();
            await Task.Delay(pause, time, message.CancellationToken);
        }
    }

    private TimeSpan? WaitAfter(HttpMessage message, int tries)
    {
        var isRetryable = message.Response.Status is 429 or 503 || (message.Response.Status is 408 or 500 or 502 or 504 && IsRepeatable(message));
        if (!isRetryable) return null;
        if (!message.Response.Headers.TryGetValue("Retry-After", out var text)) return Backoff(tries);
        // A date means more than seconds.
        return double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MostWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private TimeSpan Backoff(int tries) => FirstWait * (1 << (tries - 1)) * (0.5 + random());

    private static bool IsRepeatable(HttpMessage message) => message.Request.Method == RequestMethod.Get || message.Request.Method == RequestMethod.Delete;

    private static bool HasNotBegun(RequestFailedException fault) => fault.InnerException is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    };
}
