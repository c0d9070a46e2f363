using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Parley.Gateway.Calls;

/// <summary>The answer of a call that Parley makes itself: written by the pipeline as if to a client, read here. At most a megabyte is ahead of its reader.</summary>
internal sealed class CallResponse : IHttpResponseFeature, IHttpResponseBodyFeature
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 1024 * 1024, resumeWriterThreshold: 512 * 1024, useSynchronizationContext: false));
    private readonly CallBodyWriter _writer;

    internal CallResponse() => _writer = new CallBodyWriter(_pipe.Writer);

    /// <summary>The body, as it comes.</summary>
    internal PipeReader Reader => _pipe.Reader;

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    /// <summary>Never read: the older way to the body.</summary>
    public Stream Body
    {
        get => Stream;
        set => throw new NotSupportedException("The body of an inner call cannot be replaced.");
    }

    public bool HasStarted => _writer.HasFlushed;

    public Stream Stream => _writer.AsStream(leaveOpen: true);

    public PipeWriter Writer => _writer;

    public void OnStarting(Func<object, Task> callback, object state) => throw new NotSupportedException("Nothing waits for the start of an inner call's answer.");

    public void OnCompleted(Func<object, Task> callback, object state) => throw new NotSupportedException("Nothing waits for the end of an inner call's answer.");

    public void DisableBuffering()
    {
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => _writer.FlushAsync(cancellationToken).AsTask();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("No answer of the pipeline is a file.");

    public Task CompleteAsync() => _writer.CompleteAsync().AsTask();
}
