using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Parley.CommandLine;

/// <summary>Pools of 64 KB blocks for Kestrel's connections: a 100 KB prompt arrives in two reads instead of twenty-five (docs/benchmarks.md).</summary>
internal sealed class LargeBlockMemoryPoolFactory : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new LargeBlockMemoryPool();
}
