using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Parley.Benchmarks;

/// <summary>
/// A provider that answers each request with the same bytes and allocates nothing for it: one blocking thread per connection. A request
/// that says <c>"stream":true</c> gets events one at a time, each when the client has seen the one before, so that every event is a read
/// of its own.
/// </summary>
internal sealed class GatewayUpstream : IDisposable
{
    internal const int Events = 50;

    private static readonly byte[] Plain =
    [
        .. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_0123456789abcdef\r\n"
            + $"openai-processing-ms: 120\r\nContent-Length: {Bodies.ChatAnswer.Length}\r\n\r\n"),
        .. Bodies.ChatAnswer,
    ];

    private static readonly byte[] StreamHead = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nx-request-id: req_0123456789abcdef\r\n"
        + "openai-processing-ms: 120\r\nTransfer-Encoding: chunked\r\n\r\n");

    private static readonly byte[][] Parts = Split(Bodies.ChatStream(Events));

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    internal GatewayUpstream()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Set by the client for each event it has seen.</summary>
    internal SemaphoreSlim Seen { get; } = new(0);

    public void Dispose()
    {
        _listener.Dispose();
        Seen.Dispose();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var connection = _listener.Accept();
                connection.NoDelay = true;
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The end of the measurement.
        }
    }

    private void Serve(Socket connection)
    {
        using var _ = connection;
        var buffer = new byte[64 * 1024];
        try
        {
            for (var length = 0; ;)
            {
                var read = connection.Receive(buffer.AsSpan(length));
                if (read == 0) return;
                length += read;
                var request = buffer.AsSpan(0, length);
                if (!IsWhole(request)) continue;
                if (request.IndexOf("\"stream\":true"u8) < 0) connection.Send(Plain);
                else Stream(connection);
                length = 0;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The end of the measurement.
        }
    }

    private void Stream(Socket connection)
    {
        connection.Send(StreamHead);
        for (var i = 0; i < Parts.Length; i++)
        {
            connection.Send(Parts[i]);
            if (i < Parts.Length - 1) Seen.Wait();
        }
    }

    // The body is one JSON object and nothing follows it; it comes with a length or in chunks.
    private static bool IsWhole(ReadOnlySpan<byte> request)
    {
        var head = request.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        var length = request[..head].IndexOf("Content-Length: "u8);
        if (length < 0) return request.EndsWith("0\r\n\r\n"u8);
        return Utf8Parser.TryParse(request[(length + 16)..], out int declared, out _) && request.Length >= head + 4 + declared;
    }

    // One chunk per event; the last one has what ends the stream.
    private static byte[][] Split(byte[] stream)
    {
        var parts = new List<byte[]>();
        var rest = stream.AsSpan();
        while (parts.Count < Events)
        {
            var end = rest.IndexOf("\n\n"u8) + 2;
            parts.Add(Chunk(rest[..end]));
            rest = rest[end..];
        }

        parts.Add([.. Chunk(rest), .. "0\r\n\r\n"u8]);
        return [.. parts];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> data) => [.. Encoding.ASCII.GetBytes($"{data.Length:x}\r\n"), .. data, .. "\r\n"u8];
}
