using Parley.Load.Client;

namespace Parley.Load.Proxies;

/// <summary>One row of the tables: something that forwards to the upstream, started for the run and ended with it.</summary>
internal abstract class Proxy(string name, int port) : IAsyncDisposable
{
    public string Name => name;

    public int Port => port;

    /// <summary>The bearer key that its requests carry, if it wants one.</summary>
    public virtual string? Key => null;

    /// <summary>What it is asked.</summary>
    public virtual Traffic Traffic => Traffic.Chat;

    /// <summary>The process to measure, or null when there is none.</summary>
    public abstract int? ProcessId { get; }

    /// <summary>True when the process has ended by itself, so that nothing is to be waited for.</summary>
    public virtual bool HasEnded => false;

    /// <summary>What the process said last, for the message when it does not answer.</summary>
    public virtual string Output => "";

    public abstract ValueTask DisposeAsync();
}
