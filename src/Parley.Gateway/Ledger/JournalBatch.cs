using System.Runtime.InteropServices;

namespace Parley.Gateway.Ledger;

/// <summary>Records that go to the file with one write: their bytes, the records, and those who wait for them. Used again and again.</summary>
internal sealed class JournalBatch
{
    private const int UsualBytes = 16 << 10;
    private const int KeptBytes = 256 << 10;

    // What gathers while a write hangs is bounded, as everything is.
    private const int MaxBytes = 8 << 20;

    private readonly List<(UsageRecord Record, int End)> _records = [];
    private byte[] _buffer = new byte[UsualBytes];
    private TaskCompletionSource<bool>? _completion;

    public int Count => _records.Count;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    /// <summary>The records, each with where it ends in <see cref="Bytes"/>.</summary>
    public ReadOnlySpan<(UsageRecord Record, int End)> Records => CollectionsMarshal.AsSpan(_records);

    /// <summary>What those who are not the writer wait for; made by the first of them. They go on inside <see cref="Complete"/>.</summary>
    public Task<bool> Joined => (_completion ??= new()).Task;

    /// <summary>Adds a record; false when the batch is full.</summary>
    public bool TryAdd(UsageRecord record)
    {
        var bound = JournalRecord.Bound(record);
        if (_buffer.Length - Length < bound)
        {
            if (Length + bound > MaxBytes) return false;
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + bound));
        }

        Length += JournalRecord.Write(record, _buffer.AsSpan(Length));
        _records.Add((record, Length));
        return true;
    }

    /// <summary>Tells those who wait.</summary>
    public void Complete(bool written) => _completion?.TrySetResult(written);

    /// <summary>Makes it empty for the next use.</summary>
    public void Clear()
    {
        _records.Clear();
        _completion = null;
        Length = 0;
        if (_buffer.Length > KeptBytes) _buffer = new byte[UsualBytes];
    }
}
