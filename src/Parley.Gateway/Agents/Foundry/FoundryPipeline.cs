using Azure.Core;
using Azure.Core.Pipeline;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Agents.Foundry;

/// <summary>The one pipeline of Azure.Core that all calls to Foundry's agents go through: connections, client request ids, bounded retries. Tokens are the client's.</summary>
internal sealed class FoundryPipeline : IDisposable
{
    private readonly HttpClient _http;

    public FoundryPipeline(TimeProvider time)
    {
        // Limits are the run's own: a run may take minutes, and its stream be silent meanwhile.
        _http = new HttpClient(new UnwatchedStreams(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            PooledConnectionLifetime = TimeSpan.FromSeconds(300),
            MaxResponseHeadersLength = 64,
        }))
        { Timeout = Timeout.InfiniteTimeSpan };
        var options = new Options { Transport = new HttpClientTransport(_http), RetryPolicy = new FoundryRetry(time, RandomShare.Next) };
        options.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan;
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        Pipeline = HttpPipelineBuilder.Build(options);
    }

    internal HttpPipeline Pipeline { get; }

    public void Dispose() => _http.Dispose();

    private sealed class Options : ClientOptions;
}
