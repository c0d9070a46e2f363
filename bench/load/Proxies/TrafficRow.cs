using Parley.Load.Client;

namespace Parley.Load.Proxies;

/// <summary>A row of its own for another kind of traffic through a proxy that is there already: same process, same port.</summary>
internal sealed class TrafficRow(string name, Proxy proxy, Traffic traffic) : Proxy(name, proxy.Port)
{
    public override string? Key => proxy.Key;

    public override Traffic Traffic => traffic;

    public override int? ProcessId => proxy.ProcessId;

    public override bool HasEnded => proxy.HasEnded;

    public override string Output => proxy.Output;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
