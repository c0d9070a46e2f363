using System.Net;
using System.Net.Sockets;
using Parley.Gateway.Egress;

namespace Parley.Gateway.Tests.Egress;

/// <summary>A network in which a test says which addresses a name has, and in which every public address is one server of the loopback.</summary>
internal sealed class CannedNetwork(Uri server) : EgressNetwork
{
    internal Dictionary<string, string[]> Names { get; } = new() { ["cdn.example"] = ["93.184.216.34"] };

    /// <summary>What was connected to, in order.</summary>
    internal List<string> Connected { get; } = [];

    internal override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) =>
        Names.TryGetValue(host, out var addresses)
            ? Task.FromResult(addresses.Select(IPAddress.Parse).ToArray())
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));

    internal override ValueTask<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellation)
    {
        lock (Connected) Connected.Add($"{addresses[0]}:{port}");
        return base.ConnectAsync([IPAddress.Loopback], server.Port, cancellation);
    }
}
