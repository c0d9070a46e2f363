using System.Net;
using System.Net.Sockets;

namespace Parley.Gateway.Egress;

/// <summary>Names and connections, for hosts that callers name. A test puts its own network in the place of the machine's.</summary>
internal class EgressNetwork
{
    /// <summary>The addresses of a host that is a name.</summary>
    /// <exception cref="SocketException">There is no such name, or nobody who could say.</exception>
    internal virtual Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) => Dns.GetHostAddressesAsync(host, cancellation);

    /// <summary>A connection to the first of the addresses that takes one.</summary>
    internal virtual async ValueTask<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
