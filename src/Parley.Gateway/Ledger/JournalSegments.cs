using Microsoft.Extensions.Logging;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ledger;

/// <summary>
/// The journal's files, oldest first: the one being written, closed ones whose records are not all in the database, and at start those of
/// earlier runs. Written by one thread at a time; released by the one that applies.
/// </summary>
internal sealed class JournalSegments(LedgerOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<JournalSegment> _all = [];
    private JournalSegment? _current;
    private FileStream? _ownership;
    private int _next;
    private long _closedBytes;

    /// <summary>False when the file being written was deleted.</summary>
    public bool IsCurrentPresent => _current is null || File.Exists(_current.Path);

    /// <summary>The number of the first segment of this run; those before it were left by earlier ones.</summary>
    public int FirstOwn { get; private set; }

    /// <summary>Takes the directory for this process and lists the files of earlier runs; answers the place behind them.</summary>
    public JournalPosition Open()
    {
        Directory.CreateDirectory(options.Directory);
        Own();
        var end = default(JournalPosition);
        foreach (var path in Directory.GetFiles(options.Directory, JournalSegment.Pattern).Order(StringComparer.Ordinal))
        {
            var length = (int)Math.Min(int.MaxValue, new FileInfo(path).Length);
            _closedBytes += length;
            var segment = new JournalSegment(_next++, path, isReplay: true) { Length = length };
            _all.Add(segment);
            end = new JournalPosition(segment.Number, length);
        }

        FirstOwn = _next;
        if (_all.Count > 0) LedgerLog.Replaying(logger, _all.Count, options.Directory);
        return end;
    }

    /// <summary>Closes the segment being written and begins the next one.</summary>
    public void Begin()
    {
        Close();
        lock (_gate)
        {
            if (_closedBytes >= options.JournalBytes)
                throw new IOException($"The journal holds {_closedBytes >> 20} MB that the database has not taken; the limit is {options.JournalBytes >> 20} MB.");
        }

        var path = Path.Combine(options.Directory, $"journal-{Ulid.New(time.GetUtcNow())}.log");
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
        try
        {
            options.Write(handle, JournalSegment.Header, 0);
        }
        catch
        {
            handle.Dispose();
            File.Delete(path);
            throw;
        }

        var segment = new JournalSegment(_next++, path, isReplay: false) { Handle = handle, Length = JournalSegment.Header.Length };
        lock (_gate) _all.Add(segment);
        _current = segment;
    }

    /// <summary>Begins a segment after a failure, in a directory that may have to be made again.</summary>
    public void Reopen()
    {
        Directory.CreateDirectory(options.Directory);
        if (_ownership is null || !File.Exists(_ownership.Name)) Own();
        Begin();
    }

    /// <summary>Writes whole records and says where they begin. After a failure the segment ends before them.</summary>
    public JournalPosition Write(ReadOnlySpan<byte> bytes)
    {
        if (_current is null || (_current.Length > JournalSegment.Header.Length && _current.Length + bytes.Length > options.SegmentBytes)) Begin();
        var segment = _current!;
        try
        {
            options.Write(segment.Handle!, bytes, segment.Length);
        }
        catch
        {
            Close();
            throw;
        }

        var start = new JournalPosition(segment.Number, segment.Length);
        segment.Length += bytes.Length;
        return start;
    }

    /// <summary>The segment of that number, or the first after it; null when there is none.</summary>
    public JournalSegment? At(int number)
    {
        lock (_gate)
        {
            foreach (var segment in _all)
            {
                if (segment.Number >= number) return segment;
            }

            return null;
        }
    }

    /// <summary>Deletes the closed segments that end at or before <paramref name="applied"/>.</summary>
    public void Release(JournalPosition applied)
    {
        while (true)
        {
            JournalSegment oldest;
            lock (_gate)
            {
                if (_all.Count == 0) return;
                oldest = _all[0];
                if (oldest.Handle is not null || applied.Value < new JournalPosition(oldest.Number, oldest.Length).Value) return;
                _all.RemoveAt(0);
                _closedBytes -= oldest.Length;
            }

            Delete(oldest);
        }
    }

    /// <summary>Closes the segment being written, so that it can be released.</summary>
    public void Close()
    {
        if (_current is not { Handle: { } handle } segment) return;
        try
        {
            // What a failed write left behind the last whole record is cut off: shrinking works on a full disk.
            if (RandomAccess.GetLength(handle) > segment.Length) RandomAccess.SetLength(handle, segment.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LedgerLog.TailNotCut(logger, segment.Path, e.Message);
        }

        handle.Dispose();
        lock (_gate)
        {
            segment.Handle = null;
            _closedBytes += segment.Length;
        }

        _current = null;
    }

    public void Dispose()
    {
        Close();
        _ownership?.Dispose();
    }

    private void Own()
    {
        _ownership?.Dispose();
        var path = Path.Combine(options.Directory, "lock");
        try
        {
            _ownership = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
        {
            throw new InvalidOperationException($"Another process keeps its ledger in {options.Directory}: give each process a data directory of its own.", e);
        }
    }

    private void Delete(JournalSegment segment)
    {
        try
        {
            File.Delete(segment.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is applied again by the next start, which changes nothing.
            LedgerLog.NotDeleted(logger, segment.Path, e.Message);
        }
    }
}
