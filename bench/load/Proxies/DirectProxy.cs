namespace Parley.Load.Proxies;

/// <summary>No proxy at all: what the generator and the upstream cost by themselves.</summary>
internal sealed class DirectProxy(int upstreamPort) : Proxy(RowNames.Direct, upstreamPort)
{
    public override int? ProcessId => null;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
