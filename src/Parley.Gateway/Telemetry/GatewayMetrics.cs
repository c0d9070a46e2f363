using System.Collections.Concurrent;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Telemetry;

/// <summary>
/// What is counted. Labels come from the configuration, never from a caller's text, and the number of series is bounded:
/// what comes after the bound is counted under <c>other</c>.
/// </summary>
internal sealed class GatewayMetrics
{
    private const int MostSeries = 2000;
    private const string Other = "other";

    private readonly ConcurrentDictionary<(string Surface, string Model, string Provider), MetricSeries> _series = new();
    private readonly ConcurrentDictionary<(string Provider, GatewayErrorKind Kind), StrongBox> _upstreamErrors = new();
    private readonly ConcurrentDictionary<(Dialect From, Dialect To, string Field), StrongBox> _losses = new();
    private readonly ConcurrentDictionary<string, HedgeCounts> _hedges = new();
    private readonly ConcurrentDictionary<(string Provider, bool IsCall, string Result), StrongBox> _probes = new();
    private readonly long[] _rejected = new long[Enum.GetValues<GatewayErrorKind>().Length];
    private readonly MetricSeries _overflow = new(Other, Other, Other);
    private long _inFlight;

    /// <summary>A counter that can be shared by reference.</summary>
    internal sealed class StrongBox
    {
        internal long Value;
    }

    internal IEnumerable<MetricSeries> Series => _overflow.Requests.Any(count => count > 0) ? _series.Values.Append(_overflow) : _series.Values;

    internal IEnumerable<KeyValuePair<(string Provider, GatewayErrorKind Kind), StrongBox>> UpstreamErrors => _upstreamErrors;

    internal long InFlight => Volatile.Read(ref _inFlight);

    internal long RejectedOf(GatewayErrorKind kind) => Volatile.Read(ref _rejected[(int)kind]);

    internal void Begin() => Interlocked.Increment(ref _inFlight);

    internal void End() => Interlocked.Decrement(ref _inFlight);

    /// <summary>A request that was refused before any attempt was sent.</summary>
    internal void CountRejected(GatewayErrorKind kind) => Interlocked.Increment(ref _rejected[(int)kind]);

    internal void CountUpstreamError(string provider, GatewayErrorKind kind)
    {
        var key = (provider, kind);
        if (!_upstreamErrors.TryGetValue(key, out var counter))
            counter = _upstreamErrors.GetOrAdd(_upstreamErrors.Count < MostSeries ? key : (Other, kind), static _ => new StrongBox());
        Interlocked.Increment(ref counter.Value);
    }

    internal IEnumerable<KeyValuePair<(Dialect From, Dialect To, string Field), StrongBox>> Losses => _losses;

    /// <summary>What a translation could not carry. The field is one of our model's, never a caller's own text.</summary>
    internal void CountLoss(Dialect from, Dialect to, string field)
    {
        var key = (from, to, field);
        if (!_losses.TryGetValue(key, out var counter))
            counter = _losses.GetOrAdd(_losses.Count < MostSeries ? key : (from, to, Other), static _ => new StrongBox());
        Interlocked.Increment(ref counter.Value);
    }

    internal IEnumerable<KeyValuePair<string, HedgeCounts>> Hedges => _hedges;

    /// <summary>A second target was called because the first was slow.</summary>
    internal void CountHedgeSent(string model) => Interlocked.Increment(ref HedgesOf(model).Sent);

    /// <summary>The second target's answer was the quicker one.</summary>
    internal void CountHedgeWon(string model) => Interlocked.Increment(ref HedgesOf(model).Won);

    private HedgeCounts HedgesOf(string model) => _hedges.TryGetValue(model, out var counts)
        ? counts
        : _hedges.GetOrAdd(_hedges.Count < MostSeries ? model : Other, static _ => new HedgeCounts());

    internal IEnumerable<KeyValuePair<(string Provider, bool IsCall, string Result), StrongBox>> Probes => _probes;

    /// <summary>A probe has ended. The provider is one of the configuration.</summary>
    internal void CountProbe(string provider, bool isCall, string result)
    {
        var key = (provider, isCall, result);
        if (!_probes.TryGetValue(key, out var counter))
            counter = _probes.GetOrAdd(_probes.Count < MostSeries ? key : (Other, isCall, result), static _ => new StrongBox());
        Interlocked.Increment(ref counter.Value);
    }

    /// <summary>A request whose outcome is known.</summary>
    internal void CountRequest(string surface, string model, string provider, int status, double seconds, double? firstTokenSeconds, in TokenUsage usage)
    {
        var series = Find(surface, model, provider);
        series.Count(status);
        series.Duration.Record(seconds);
        if (firstTokenSeconds is { } first) series.FirstToken.Record(first);
        AddTokens(series, usage);
    }

    /// <summary>Tokens of an attempt that was followed by another: used, though no request was answered with them.</summary>
    internal void CountTokens(string surface, string model, string provider, in TokenUsage usage)
    {
        if (usage.Total != 0) AddTokens(Find(surface, model, provider), usage);
    }

    private static void AddTokens(MetricSeries series, in TokenUsage usage)
    {
        if (usage.Input != 0) Interlocked.Add(ref series.InputTokens, usage.Input);
        if (usage.CacheRead != 0) Interlocked.Add(ref series.CacheReadTokens, usage.CacheRead);
        if (usage.CacheWrite != 0) Interlocked.Add(ref series.CacheWriteTokens, usage.CacheWrite);
        if (usage.Output != 0) Interlocked.Add(ref series.OutputTokens, usage.Output);
        if (usage.Reasoning != 0) Interlocked.Add(ref series.ReasoningTokens, usage.Reasoning);
    }

    private MetricSeries Find(string surface, string model, string provider)
    {
        var key = (surface, model, provider);
        if (_series.TryGetValue(key, out var series)) return series;
        if (_series.Count >= MostSeries) return _overflow;
        return _series.GetOrAdd(key, static k => new MetricSeries(k.Surface, k.Model, k.Provider));
    }
}
