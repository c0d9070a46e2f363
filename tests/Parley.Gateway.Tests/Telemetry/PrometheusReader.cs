using System.Globalization;
using System.Text.RegularExpressions;

namespace Parley.Gateway.Tests.Telemetry;

/// <summary>
/// A strict reader of Prometheus' text format 0.0.4: every metric has HELP and TYPE once, its samples stand together, no sample comes
/// twice, histograms are cumulative and end in +Inf.
/// </summary>
internal sealed partial class PrometheusReader
{
    private readonly Dictionary<string, string> _types = [];
    private readonly Dictionary<string, double> _samples = [];

    private PrometheusReader()
    {
    }

    /// <summary>Sample as written (<c>name{label="value"}</c>) → value.</summary>
    internal IReadOnlyDictionary<string, double> Samples => _samples;

    internal IReadOnlyDictionary<string, string> Types => _types;

    internal static PrometheusReader Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var reader = new PrometheusReader();
        string? current = null, helped = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Help().Match(line) is { Success: true } help)
            {
                helped = help.Groups[1].Value;
                Assert.DoesNotContain(helped, reader._types.Keys);
            }
            else if (Type().Match(line) is { Success: true } type)
            {
                current = type.Groups[1].Value;
                Assert.Equal(helped, current);
                reader._types.Add(current, type.Groups[2].Value);
            }
            else
            {
                reader.ReadSample(line, current);
            }
        }

        reader.CheckHistograms();
        return reader;
    }

    private void ReadSample(string line, string? current)
    {
        var sample = Sample().Match(line);
        Assert.True(sample.Success, $"not a sample: {line}");
        var name = sample.Groups[1].Value;
        var isPart = _types[current!] == "histogram" && (name == current + "_bucket" || name == current + "_sum" || name == current + "_count");
        Assert.True(isPart || (name == current && _types[current] != "histogram"), $"{name} stands among the samples of {current}");
        _samples.Add(name + sample.Groups[2].Value, double.Parse(sample.Groups[3].Value, NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    private void CheckHistograms()
    {
        var buckets = _samples.Where(sample => sample.Key.Contains("_bucket{", StringComparison.Ordinal))
            .GroupBy(sample => Bound().Replace(sample.Key, ""), sample => (Bound: Bound().Match(sample.Key).Groups[1].Value, sample.Value));
        foreach (var series in buckets)
        {
            var counts = series.Select(bucket => bucket.Value).ToList();
            Assert.Equal(counts.Order(), counts);
            Assert.Equal("+Inf", series.Last().Bound);
            Assert.Equal(counts[^1], _samples[series.Key.Replace("_bucket{", "_count{", StringComparison.Ordinal)]);
        }
    }

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*$")]
    private static partial Regex Help();

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)+\})? ([0-9.eE+-]+|\+Inf|NaN)$""")]
    private static partial Regex Sample();

    [GeneratedRegex(@",le=""([^""]*)""")]
    private static partial Regex Bound();
}
