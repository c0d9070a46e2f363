using Parley.Gateway.Providers.Transport;
using Parley.Simulator;

namespace Parley.CommandLine;

/// <summary>The simulator behind <c>parley/echo</c> and providers of type <c>simulator</c>: inside this process, without a port, started at the first use.</summary>
internal sealed class SimulatedUpstream : InProcessUpstream, IAsyncDisposable
{
    private readonly Lazy<Task<SimulatorHost>> _host = new(() => SimulatorHost.StartAsync(new SimulatorOptions(), CancellationToken.None));

    public override async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var host = await _host.Value.WaitAsync(cancellation);
        return await host.ConnectAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host.IsValueCreated) await (await _host.Value).DisposeAsync();
    }
}
