using System.Net;
using System.Net.Sockets;

namespace Parley.Load.Upstream;

/// <summary>
/// The provider that all rows talk to: a small HTTP/1.1 server on raw sockets, in the load generator's own process so that both read one clock.
/// Loopback only. A request with <c>"stream":true</c> is answered by events at a steady pace, any other by one fixed chat completion.
/// </summary>
internal sealed class UpstreamServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Task _accepting;
    private long _requests;

    public UpstreamServer(StreamPace pace, TimeProvider time)
    {
        Wheel = new StreamWheel(pace, time, _stop.Token);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public StreamWheel Wheel { get; }

    /// <summary>How many requests have been read whole since the start: a row cannot answer more than it asked.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    public void CountRequest() => Interlocked.Increment(ref _requests);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Wheel.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                socket.NoDelay = true;
                _ = new UpstreamConnection(socket, this).RunAsync(_stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server stops; its connections end by the same token.
        }
    }
}
