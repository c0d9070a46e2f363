using System.Buffers;

namespace Parley.Dialects.Json;

/// <summary>A growing buffer in memory of the shared pool. Not thread-safe; what was written is gone after <see cref="Dispose"/>.</summary>
/// <param name="firstSize">
/// The room that is made first. Past a megabyte it is made to measure: the pool's next power of two would be up to twice as much.
/// </param>
public sealed class PooledBuffer(int firstSize = 1024) : IBufferWriter<byte>, IDisposable
{
    private const int LargestPooledFirst = 1024 * 1024;

    private byte[] _buffer = [];
    private bool _isOwn;

    /// <summary>The number of bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    /// <summary>Forgets what was written and keeps the memory.</summary>
    public void Clear() => Length = 0;

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Length);
    }

    /// <summary>Appends the bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Return();
        _buffer = [];
        Length = 0;
    }

    private void Reserve(int size)
    {
        size = Math.Max(size, 1);
        if (_buffer.Length - Length >= size) return;
        if (_buffer.Length == 0 && firstSize > LargestPooledFirst && firstSize >= size)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(firstSize);
            _isOwn = true;
            return;
        }

        var bigger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(firstSize, Length + size), _buffer.Length * 2));
        Span.CopyTo(bigger);
        Return();
        _buffer = bigger;
    }

    private void Return()
    {
        if (_buffer.Length > 0 && !_isOwn) ArrayPool<byte>.Shared.Return(_buffer);
        _isOwn = false;
    }
}
