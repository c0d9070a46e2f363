using System.Threading.Channels;

namespace Parley.Simulator.InMemory;

/// <summary>
/// A network of one server, in memory: what is connected here arrives at the Kestrel that <see cref="InMemoryWebHostBuilderExtensions"/> put on it.
/// Connections behave as sockets do: bounded buffers with back-pressure, half-close, close and reset travel in both directions.
/// <code>
/// var transport = new InMemoryTransport();
/// builder.WebHost.UseInMemoryTransport(transport);
/// …
/// var handler = new SocketsHttpHandler { ConnectCallback = async (_, ct) => await transport.ConnectAsync(ct) };
/// </code>
/// Requests are plain HTTP/1.1; the host name of the URL does not matter.
/// </summary>
public sealed class InMemoryTransport
{
    // As long as a listen backlog: a test that opens more connections at once waits for the server, as it would with sockets.
    private readonly Channel<InMemoryConnection> backlog = Channel.CreateBounded<InMemoryConnection>(512);
    private long lastId;

    /// <summary>How many bytes one direction of a connection buffers before the writer has to wait.</summary>
    public int BufferSize { get; init; } = 64 * 1024;

    internal ChannelReader<InMemoryConnection> Accepted => backlog.Reader;

    /// <summary>Opens a connection; completes when it is in the server's backlog, also before the server listens.</summary>
    /// <exception cref="IOException">The server was stopped.</exception>
    public async ValueTask<InMemoryStream> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new InMemoryConnection($"mem-{Interlocked.Increment(ref lastId)}", BufferSize);
        try
        {
            await backlog.Writer.WriteAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException refused)
        {
            throw new IOException("Connection refused: the in-memory server was stopped.", refused);
        }
        return connection.ClientStream;
    }

    /// <summary>Refuses new connections and resets those that no server has accepted.</summary>
    public void Close()
    {
        backlog.Writer.TryComplete();
        while (backlog.Reader.TryRead(out var connection))
            connection.Abort();
    }
}
