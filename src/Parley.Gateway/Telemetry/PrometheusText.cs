using System.Globalization;
using System.Text;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Ledger;

namespace Parley.Gateway.Telemetry;

/// <summary>All metrics in Prometheus' text format, version 0.0.4.</summary>
internal sealed class PrometheusText(
    GatewayMetrics metrics, UsageLedger ledger, BufferedBytesBudget budget, TargetMetricsText targets, ConcurrencyGauges concurrency)
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    internal string Render()
    {
        var text = new StringBuilder(8192);
        var series = metrics.Series.ToArray();
        Requests(text, series);
        Tokens(text, series);
        Histogram(text, series, "parley_request_duration_seconds", "From the request's start to its record.", s => s.Duration);
        Histogram(text, series, "parley_time_to_first_token_seconds", "From the request's start to the first content of the answer.", s => s.FirstToken);
        Errors(text);
        Losses(text);
        Hedges(text);
        targets.Render(text);
        Gauge(text, "parley_in_flight_requests", "Requests being answered.", metrics.InFlight);
        concurrency.Write(text);
        Gauge(text, "parley_buffered_bytes", "Request bodies held in memory.", budget.Reserved);
        Counter(text, "parley_ledger_written_total", "Usage records written to the journal.", ledger.Written);
        Counter(text, "parley_ledger_failed_total", "Writes of the journal that failed.", ledger.Failed);
        Counter(text, "parley_ledger_lost_total", "Usage records lost.", ledger.Lost);
        Counter(text, "parley_ledger_damaged_segments_total", "Journal segments set aside because a record in them was damaged.", ledger.DamagedSegments);
        Gauge(text, "parley_ledger_pending", "Usage records not yet in the database.", ledger.Pending);
        return text.ToString();
    }

    private static void Requests(StringBuilder text, MetricSeries[] series)
    {
        Head(text, "parley_requests_total", "counter", "Requests answered, by the status that the caller saw.");
        foreach (var one in series)
        {
            for (var i = 0; i < MetricSeries.Statuses.Length; i++)
            {
                var count = Volatile.Read(ref one.Requests[i]);
                if (count == 0) continue;
                var status = MetricSeries.Statuses[i] == 0 ? "other" : MetricSeries.Statuses[i].ToString(CultureInfo.InvariantCulture);
                Line(text, "parley_requests_total", one, $",status=\"{status}\"", count);
            }
        }
    }

    private static void Tokens(StringBuilder text, MetricSeries[] series)
    {
        Head(text, "parley_tokens_total", "counter", "Tokens, in disjoint buckets.");
        foreach (var one in series)
        {
            (string Name, long Count)[] buckets =
            [
                ("input", Volatile.Read(ref one.InputTokens)), ("cache_read", Volatile.Read(ref one.CacheReadTokens)),
                ("cache_write", Volatile.Read(ref one.CacheWriteTokens)), ("output", Volatile.Read(ref one.OutputTokens)),
                ("reasoning", Volatile.Read(ref one.ReasoningTokens)),
            ];
            foreach (var (name, count) in buckets)
            {
                if (count > 0) Line(text, "parley_tokens_total", one, $",bucket=\"{name}\"", count);
            }
        }
    }

    private static void Histogram(StringBuilder text, MetricSeries[] series, string name, string help, Func<MetricSeries, MetricHistogram> of)
    {
        Head(text, name, "histogram", help);
        foreach (var one in series)
        {
            var histogram = of(one);
            long total = 0;
            for (var i = 0; i < histogram.Buckets.Length; i++)
            {
                total += Volatile.Read(ref histogram.Buckets[i]);
                var bound = i < MetricSeries.Bounds.Length ? MetricSeries.Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(text, name + "_bucket", one, $",le=\"{bound}\"", total);
            }

            Line(text, name + "_sum", one, "", Volatile.Read(ref histogram.SumMicroseconds) / 1e6);
            Line(text, name + "_count", one, "", total);
        }
    }

    private void Errors(StringBuilder text)
    {
        Head(text, "parley_upstream_errors_total", "counter", "Attempts that failed, by what went wrong.");
        foreach (var ((provider, kind), counter) in metrics.UpstreamErrors)
            text.Append(CultureInfo.InvariantCulture, $"parley_upstream_errors_total{{provider=\"{Escape(provider)}\",kind=\"{Snake(kind)}\"}} {Volatile.Read(ref counter.Value)}\n");
        Head(text, "parley_rejected_requests_total", "counter", "Requests refused before any provider was called.");
        foreach (var kind in Enum.GetValues<GatewayErrorKind>())
        {
            if (metrics.RejectedOf(kind) is > 0 and var count)
                text.Append(CultureInfo.InvariantCulture, $"parley_rejected_requests_total{{kind=\"{Snake(kind)}\"}} {count}\n");
        }
    }

    private void Losses(StringBuilder text)
    {
        Head(text, "parley_translation_losses_total", "counter", "Fields of requests and answers that another dialect could not carry, or a model refuses.");
        foreach (var ((from, to, field), counter) in metrics.Losses)
            text.Append(CultureInfo.InvariantCulture, $"parley_translation_losses_total{{from=\"{from}\",to=\"{to}\",field=\"{Escape(field)}\"}} {Volatile.Read(ref counter.Value)}\n");
    }

    private void Hedges(StringBuilder text)
    {
        Hedges(text, "parley_hedges_sent_total", "Second calls to another target because the first was slow.", static counts => Volatile.Read(ref counts.Sent));
        Hedges(text, "parley_hedges_won_total", "Second calls whose answer was passed on.", static counts => Volatile.Read(ref counts.Won));
    }

    private void Hedges(StringBuilder text, string name, string help, Func<HedgeCounts, long> of)
    {
        Head(text, name, "counter", help);
        foreach (var (model, counts) in metrics.Hedges)
            text.Append(CultureInfo.InvariantCulture, $"{name}{{model=\"{Escape(model)}\"}} {of(counts)}\n");
    }

    private static void Line(StringBuilder text, string name, MetricSeries series, string more, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{{surface=\"{Escape(series.Surface)}\",model=\"{Escape(series.Model)}\",provider=\"{Escape(series.Provider)}\"{more}}} {value}\n");

    private static void Gauge(StringBuilder text, string name, string help, long value)
    {
        Head(text, name, "gauge", help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    internal static void Counter(StringBuilder text, string name, string help, long value)
    {
        Head(text, name, "counter", help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    internal static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    internal static string Escape(string label) => label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    // UpstreamRateLimited → upstream_rate_limited
    private static string Snake(GatewayErrorKind kind) =>
        string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
}
