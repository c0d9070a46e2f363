using System.Buffers;

namespace Parley.Gateway.Ingress;

/// <summary>A whole request body in one pooled, contiguous buffer. Disposing it gives buffer and budget back.</summary>
internal sealed class RequestBody(BufferedBytesBudget budget, long budgetLimit) : IDisposable
{
    private byte[] _buffer = [];
    private long _reserved;
    private long _more;
    private bool _isAbandoned;

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    internal ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    /// <summary>Makes room for <paramref name="more"/> further bytes; false when the budget has none.</summary>
    internal bool TryGrow(int more)
    {
        var needed = Length + more;
        if (needed <= _buffer.Length) return true;
        var bigger = ArrayPool<byte>.Shared.Rent((int)Math.Max(needed, Math.Min(_buffer.Length * 2L, Array.MaxLength)));
        // Buffers come in powers of two; a body that is allowed at all must fit into an empty budget, whatever its buffer is rounded up to.
        var reserved = Math.Min(bigger.Length, budgetLimit);
        if (!budget.TryReserve(reserved - _reserved, budgetLimit))
        {
            ArrayPool<byte>.Shared.Return(bigger);
            return false;
        }

        _reserved = reserved;
        Span.CopyTo(bigger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = bigger;
        return true;
    }

    /// <summary>Takes room for bytes that live as long as this body, beside it; false when the budget has none. Safe to call at the same time.</summary>
    internal bool TryReserve(long bytes)
    {
        if (!budget.TryReserve(bytes, budgetLimit)) return false;
        Interlocked.Add(ref _more, bytes);
        return true;
    }

    /// <summary>Gives back early what <see cref="TryReserve"/> took.</summary>
    internal void Unreserve(long bytes)
    {
        Interlocked.Add(ref _more, -bytes);
        budget.Release(bytes);
    }

    internal void Append(in ReadOnlySequence<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(Length));
        Length += (int)bytes.Length;
    }

    /// <summary>Leaves the buffer to the garbage collector: somebody may still be reading it.</summary>
    internal void Abandon() => _isAbandoned = true;

    public void Dispose()
    {
        if (_more > 0) budget.Release(_more);
        _more = 0;
        if (_buffer.Length == 0) return;
        if (!_isAbandoned) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Length = 0;
        budget.Release(_reserved);
        _reserved = 0;
    }
}
