using System.Buffers;
using BenchmarkDotNet.Attributes;
using Parley.Dialects.OpenAIChat;

namespace Parley.Benchmarks;

/// <summary>400 chat events through frame reader and tap.</summary>
[MemoryDiagnoser]
public class StreamBenchmarks
{
    private readonly byte[] _stream = Bodies.ChatStream(400);
    private readonly ArrayBufferWriter<byte> _output = new(512 * 1024);

    [Benchmark(Baseline = true)]
    public void FramesOnly() => StreamGates.Relay(_stream, null, _output);

    [Benchmark]
    public void Tapped() => StreamGates.Relay(_stream, new ChatStreamTap(true, false), _output);

    [Benchmark]
    public void TappedAndCut() => StreamGates.Relay(_stream, new ChatStreamTap(false, true), _output);
}
