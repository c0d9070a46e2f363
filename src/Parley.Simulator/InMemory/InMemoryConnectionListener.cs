using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Parley.Simulator.InMemory;

/// <summary>One bound address. Kestrel binds "localhost" twice (IPv4 and IPv6); both listeners then take from the same backlog.</summary>
internal sealed class InMemoryConnectionListener(InMemoryTransport transport, EndPoint endPoint) : IConnectionListener
{
    private readonly CancellationTokenSource unbound = new();

    public EndPoint EndPoint => endPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, unbound.Token);
        try
        {
            return await transport.Accepted.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
        catch (OperationCanceledException) when (unbound.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default) => await unbound.CancelAsync().ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await unbound.CancelAsync().ConfigureAwait(false);
        transport.Close();
        unbound.Dispose();
    }
}
