namespace Parley.Load.Client;

/// <summary>Counts what went wrong in a phase and keeps the first message.</summary>
internal sealed class ErrorCount
{
    private long _count;
    private string? _first;

    public long Count => Interlocked.Read(ref _count);

    public string? First => _first;

    public void Add(string message)
    {
        Interlocked.Increment(ref _count);
        Interlocked.CompareExchange(ref _first, message, null);
    }
}
