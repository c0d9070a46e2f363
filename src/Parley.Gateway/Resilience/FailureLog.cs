using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Resilience;

/// <summary>
/// Says in the log that attempts fail: at most one line a second for a target and kind of failure, with the number of those that
/// were left out. A provider that is down must not fill the disk with one line per request.
/// </summary>
internal sealed partial class FailureLog(TimeProvider time, ILogger<FailureLog> logger)
{
    private const int MostTargets = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Target, GatewayErrorKind Kind), State> _states = new();
    private readonly State _others = new();

    private sealed class State
    {
        internal long LastLine;
        internal long LeftOut;
    }

    internal void Note(Ulid requestId, string target, GatewayErrorKind kind, int status, string? detail, bool triesNext)
    {
        // What the caller did is no failure of the target, nor that another one was quicker.
        if (kind is GatewayErrorKind.ClientAborted or GatewayErrorKind.UpstreamRejected or GatewayErrorKind.Superseded) return;
        var key = (target, kind);
        if (!_states.TryGetValue(key, out var state))
            state = _states.Count < MostTargets ? _states.GetOrAdd(key, static _ => new State()) : _others;

        var now = time.GetTimestamp();
        var last = Volatile.Read(ref state.LastLine);
        var isDue = last == 0 || time.GetElapsedTime(last, now) >= Pause;
        if (!isDue || Interlocked.CompareExchange(ref state.LastLine, now, last) != last)
        {
            Interlocked.Increment(ref state.LeftOut);
            return;
        }

        LogFailed(logger, requestId, target, kind, status, detail ?? "none", triesNext, Interlocked.Exchange(ref state.LeftOut, 0));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {RequestId}: {Target} failed with {Kind} (provider's status {Status}, reason: {Reason}); tries another target: {TriesNext}; like failures since the last line: {LeftOut}")]
    private static partial void LogFailed(ILogger logger, Ulid requestId, string target, GatewayErrorKind kind, int status, string reason, bool triesNext, long leftOut);
}
