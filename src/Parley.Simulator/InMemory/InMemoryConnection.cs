using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Parley.Simulator.InMemory;

/// <summary>
/// The server's end of a connection: two bounded pipes and the client's <see cref="InMemoryStream"/> at their other ends.
/// As on Kestrel's socket transport, the client's FIN closes the connection for the server (a request in progress is aborted),
/// and <see cref="Abort(ConnectionAbortedException)"/> is a reset.
/// </summary>
internal sealed class InMemoryConnection : DefaultConnectionContext
{
    private readonly CancellationTokenSource closed = new();
    private int closedOnce;

    public InMemoryConnection(string id, int bufferSize)
        : base(id)
    {
        var options = new PipeOptions(pauseWriterThreshold: bufferSize, resumeWriterThreshold: bufferSize / 2, useSynchronizationContext: false);
        var toServer = new Pipe(options);
        var toClient = new Pipe(options);
        ClientStream = new InMemoryStream(toClient.Reader, toServer.Writer, OnClientClosed);
        Transport = new ServerPipe(toServer.Reader, toClient.Writer);
        ConnectionClosed = closed.Token;
        LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 80);
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1024);
    }

    public InMemoryStream ClientStream { get; }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        ClientStream.ResetByServer();
        Transport.Input.CancelPendingRead();
        OnClientClosed();
    }

    public override async ValueTask DisposeAsync()
    {
        await Transport.Output.CompleteAsync().ConfigureAwait(false);
        await Transport.Input.CompleteAsync().ConfigureAwait(false);
        OnClientClosed();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    // Off this thread: the client's Dispose must not run the server's continuations.
    private void OnClientClosed()
    {
        if (Interlocked.Exchange(ref closedOnce, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), closed, preferLocal: false);
    }

    private sealed record ServerPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
