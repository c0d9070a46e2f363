using System.Net.Sockets;
using Parley.Load.Http;

namespace Parley.Load.Upstream;

/// <summary>One kept-alive connection of the upstream: read a request, answer it, again.</summary>
internal sealed class UpstreamConnection(Socket socket, UpstreamServer server)
{
    private readonly HttpMessageReader _request = new(bodyCapacity: 2048);
    private readonly FairReceiver _receiver = new(socket);
    private byte[] _received = new byte[4096];

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (await ReadRequestAsync(stop))
            {
                server.CountRequest();
                var answers = _request.Start.StartsWith("POST /v1/messages "u8) ? UpstreamAnswers.Messages : UpstreamAnswers.Chat;
                if (!AsksForStream(_request.Body))
                {
                    for (ReadOnlyMemory<byte> rest = answers.Plain; !rest.IsEmpty;)
                        rest = rest[await socket.SendAsync(rest, stop)..];
                }
                else if (!await server.Wheel.SendStreamAsync(socket, answers, withUsage: _request.Body.IndexOf("\"include_usage\""u8) >= 0))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException or InvalidDataException)
        {
            // The other side went away or sent what is not HTTP: it sees a closed connection, and the client counts the error.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private async ValueTask<bool> ReadRequestAsync(CancellationToken stop)
    {
        _request.Reset();
        while (!_request.Complete)
        {
            var read = await _receiver.ReceiveAsync(_received, stop);
            if (read == 0)
                return false;
            _request.Feed(_received.AsSpan(0, read));
            if (read == _received.Length && read < 128 * 1024)
                _received = new byte[read * 4]; // large bodies come: fewer reads from now on
        }
        return true;
    }

    private static bool AsksForStream(ReadOnlySpan<byte> body)
    {
        var at = body.IndexOf("\"stream\""u8);
        return at >= 0 && body[(at + 8)..].TrimStart(": "u8).StartsWith("true"u8);
    }
}
