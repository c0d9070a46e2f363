using System.Buffers;
using System.Collections.Concurrent;

namespace Parley.CommandLine;

/// <summary>
/// A pool of 64 KB blocks for Kestrel's connections, and of 4 KB ones for a rush: while more than <see cref="MostLarge"/> large
/// blocks are in use (a thousand streams beginning at once), further connections read in small ones, so that memory stays bounded.
/// </summary>
internal sealed class LargeBlockMemoryPool : MemoryPool<byte>
{
    private const int LargeSize = 64 * 1024;
    private const int SmallSize = 4 * 1024;
    private const int MostLarge = 256;
    private const int MostSmallKept = 2048;

    private readonly ConcurrentQueue<Block> _large = new();
    private readonly ConcurrentQueue<Block> _small = new();
    private int _largeInUse;
    private int _smallKept;

    public override int MaxBufferSize => LargeSize;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, LargeSize);
        if (Interlocked.Increment(ref _largeInUse) <= MostLarge || minBufferSize > SmallSize)
            return _large.TryDequeue(out var large) ? large : new Block(this, LargeSize);
        Interlocked.Decrement(ref _largeInUse);
        if (!_small.TryDequeue(out var small)) return new Block(this, SmallSize);
        Interlocked.Decrement(ref _smallKept);
        return small;
    }

    protected override void Dispose(bool disposing)
    {
        _large.Clear();
        _small.Clear();
    }

    private void Return(Block block)
    {
        if (block.Memory.Length == LargeSize)
        {
            // There are never more large blocks than were in use at once, and that is bounded but for the rare large request.
            Interlocked.Decrement(ref _largeInUse);
            _large.Enqueue(block);
        }
        else if (Interlocked.Increment(ref _smallKept) <= MostSmallKept)
        {
            _small.Enqueue(block);
        }
        else
        {
            Interlocked.Decrement(ref _smallKept);
        }
    }

    private sealed class Block(LargeBlockMemoryPool pool, int size) : IMemoryOwner<byte>
    {
        // Pinned for its life: sockets need a fixed address, and pinning each time costs.
        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(size, pinned: true);

        public void Dispose() => pool.Return(this);
    }
}
