using Microsoft.Extensions.Hosting;

namespace Parley.Gateway.Wrapper;

/// <summary>
/// The state of the default model as <c>/health</c> tells it. One call at a time finds it out, and its result is told to everybody for some seconds, so
/// that probes cost nothing.
/// </summary>
internal sealed class HealthCheck(HealthCall call, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan Shared = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<HealthAnswer>? _newest;
    private long _ended;

    /// <summary>The newest result, or that of a call made now. Whoever leaves early leaves the call to the others.</summary>
    internal Task<HealthAnswer> AskAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_newest is null || (_newest.IsCompleted && time.GetElapsedTime(_ended) >= Shared))
            {
                // Without the trace of whoever happened to ask first.
                using var flow = ExecutionContext.SuppressFlow();
                _newest = Task.Run(RunAsync, CancellationToken.None);
            }

            return _newest.WaitAsync(cancellation);
        }
    }

    private async Task<HealthAnswer> RunAsync()
    {
        var answer = await call.RunAsync(lifetime.ApplicationStopping);
        _ended = time.GetTimestamp();
        return answer;
    }
}
