using System.Net;
using System.Net.Sockets;
using Parley.Load.Http;

namespace Parley.Load.Client;

/// <summary>One kept-alive connection of the generator.</summary>
internal sealed class ClientConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[8 * 1024];
    private readonly FairReceiver _receiver;

    public ClientConnection() => _receiver = new FairReceiver(_socket);

    /// <summary>The answer as far as it has come.</summary>
    public HttpMessageReader Answer { get; } = new(bodyCapacity: 2048);

    public ValueTask ConnectAsync(int port, CancellationToken stop) => _socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), stop);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        Answer.Reset();
        while (!request.IsEmpty)
            request = request[await _socket.SendAsync(request, stop)..];
    }

    /// <summary>Waits for more of the answer, whatever has come.</summary>
    /// <exception cref="InvalidDataException">The connection was closed before the end of the answer, or this is not HTTP.</exception>
    public async ValueTask ReceiveAsync(CancellationToken stop)
    {
        var read = await _receiver.ReceiveAsync(_received, stop);
        if (read == 0)
            throw new InvalidDataException("connection closed before the end of the answer");
        Answer.Feed(_received.AsSpan(0, read));
    }

    public void Dispose() => _socket.Dispose();
}
