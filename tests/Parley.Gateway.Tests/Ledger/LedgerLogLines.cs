using Microsoft.Extensions.Logging;
using Parley.Gateway.Ledger;

namespace Parley.Gateway.Tests.Ledger;

/// <summary>Keeps what the ledger logs.</summary>
internal sealed class LedgerLogLines : ILogger<UsageLedger>
{
    private readonly Lock _gate = new();
    private readonly List<(LogLevel Level, string Text)> _lines = [];

    public IReadOnlyList<string> At(LogLevel level)
    {
        lock (_gate) return [.. _lines.Where(l => l.Level == level).Select(static l => l.Text)];
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate) _lines.Add((logLevel, formatter(state, exception)));
    }
}
