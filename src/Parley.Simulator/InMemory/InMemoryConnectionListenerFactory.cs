using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Parley.Simulator.InMemory;

/// <summary>Makes Kestrel listen on an <see cref="InMemoryTransport"/>, whatever address it was told to bind; no port is opened.</summary>
public sealed class InMemoryConnectionListenerFactory(InMemoryTransport transport) : IConnectionListenerFactory
{
    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(new InMemoryConnectionListener(transport, endpoint));
}
