using BenchmarkDotNet.Attributes;
using Parley.Dialects.Splicing;

namespace Parley.Benchmarks;

/// <summary>The envelope scan and the splice beside Utf8JsonReader, on the bodies of docs/benchmarks.md.</summary>
[MemoryDiagnoser]
public class EnvelopeBenchmarks
{
    [Params("1 KB", "100 KB/60", "100 KB/20", "131 KB")]
    public string Body { get; set; } = "1 KB";

    private byte[] Bytes => Body switch
    {
        "1 KB" => Bodies.Small,
        "100 KB/60" => Bodies.Large60,
        "100 KB/20" => Bodies.Large20,
        _ => Bodies.Conversation,
    };

    [Benchmark(Baseline = true)]
    public long Utf8JsonReader() => EnvelopeGates.Walk(Bytes);

    [Benchmark]
    public EnvelopeFault Scan() => RequestEnvelope.Scan(Bytes, out _);

    [Benchmark]
    public int ScanAndSplice() => EnvelopeGates.ScanAndSplice(Bytes);
}
