using System.Net;
using System.Net.Sockets;

namespace Parley.Benchmarks;

/// <summary>One blocking connection that sends ready bytes and reads whole answers without allocating.</summary>
internal sealed class GatewayClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        ReceiveTimeout = 10_000,
    };

    private readonly GatewayUpstream _upstream;
    private readonly byte[] _buffer = new byte[64 * 1024];

    internal GatewayClient(int port, GatewayUpstream upstream)
    {
        _upstream = upstream;
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>Sends the request and reads the answer of <see cref="Bodies.ChatAnswer"/>'s length.</summary>
    internal void Plain(byte[] request)
    {
        _socket.Send(request);
        var length = 0;
        do length += Receive(length);
        while (!_buffer.AsSpan(0, length).EndsWith(Bodies.ChatAnswer));
        Check();
    }

    /// <summary>Sends the request, reads event by event, and tells the upstream of each.</summary>
    internal void Stream(byte[] request)
    {
        _socket.Send(request);
        var length = 0;
        while (true)
        {
            length += Receive(length);
            var read = _buffer.AsSpan(0, length);
            if (read.EndsWith("0\r\n\r\n"u8)) break;
            if (read.EndsWith("\n\n\r\n"u8)) _upstream.Seen.Release();
        }

        Check();
    }

    public void Dispose() => _socket.Dispose();

    private int Receive(int at)
    {
        var read = _socket.Receive(_buffer.AsSpan(at));
        return read > 0 ? read : throw new InvalidOperationException("The connection was closed in the middle of an answer.");
    }

    private void Check()
    {
        if (!_buffer.AsSpan().StartsWith("HTTP/1.1 200 "u8)) throw new InvalidOperationException("The answer is not a 200.");
    }
}
