namespace Parley.Load.Proxies;

/// <summary>A row that is a program of its own.</summary>
internal sealed class ProcessProxy(string name, int port, ChildProcess process, string? key = null) : Proxy(name, port)
{
    public override string? Key => key;

    public override int? ProcessId => process.Id;

    public override bool HasEnded => process.HasEnded;

    public override string Output => process.Output;

    public override ValueTask DisposeAsync() => process.DisposeAsync();
}
