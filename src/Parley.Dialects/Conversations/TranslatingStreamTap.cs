using System.Buffers;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Translates one streamed answer as it passes: provider's frame → events → the caller's frames. To the relay it is a tap like any
/// other, whose verdict is always to write something else in place of the frame, or nothing.
/// </summary>
public sealed class TranslatingStreamTap : StreamTap, IReplySink, IDisposable
{
    private readonly ReplyReader _reader;
    private readonly ReplyStreamWriter _writer;
    private readonly IReplySink _next;
    private readonly PooledBuffer _output;
    private readonly ReplyObserver _observer;
    private readonly UnreadableReplySink _first;

    /// <param name="reader">Reads the provider's dialect.</param>
    /// <param name="writer">Writes the caller's dialect, into <paramref name="output"/>.</param>
    /// <param name="output">Where the writer writes; disposed with the tap.</param>
    /// <param name="outputTool">The tool that stands for structured output; none when there is none.</param>
    /// <param name="context">The request that is answered, and where to report losses.</param>
    public TranslatingStreamTap(ReplyReader reader, ReplyStreamWriter writer, PooledBuffer output, JsonString outputTool, ReplyContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _reader = reader;
        _writer = writer;
        _output = output;
        var caller = new CallerReplySink(context.Request, context.Losses, writer);
        _next = outputTool.IsPresent ? new SyntheticToolFilter(outputTool, context.Losses, caller) : caller;
        _observer = new ReplyObserver(Reply, this);
        _first = new UnreadableReplySink(context.Request, _observer);
    }

    /// <inheritdoc/>
    public override bool IsFinished => _reader.IsFinished;

    /// <inheritdoc/>
    public override bool WritesWholeFrames => true;

    /// <inheritdoc/>
    public override FrameVerdict Observe(in SseFrame frame)
    {
        if (frame.IsComment) return new(FrameKind.Comment, FrameAction.Hide);
        _output.Clear();
        _observer.Reset();
        _reader.Read(in frame, _first);
        return Verdict();
    }

    /// <inheritdoc/>
    public override FrameVerdict Complete()
    {
        _output.Clear();
        _observer.Reset();
        _reader.Complete(_first);
        return Verdict();
    }

    /// <inheritdoc/>
    public override void WriteRewritten(in SseFrame frame, IBufferWriter<byte> output) => output.Write(_output.Span);

    /// <inheritdoc/>
    public override void WriteError(IBufferWriter<byte> output, string message, string code)
    {
        _output.Clear();
        _writer.WriteError(JsonString.From(message), JsonString.From(code));
        output.Write(_output.Span);
    }

    /// <inheritdoc/>
    void IReplySink.Accept(in ReplyEvent reply)
    {
        if (reply.Kind != ReplyEventKind.Failed)
        {
            _next.Accept(in reply);
            return;
        }

        var message = reply.Text.IsEmpty ? JsonString.From("The provider reported an error without a message.") : reply.Text;
        _writer.WriteError(message, reply.Name.IsEmpty ? JsonString.From("upstream_failed") : reply.Name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _output.Dispose();
    }

    private FrameVerdict Verdict() => new(_observer.Kind, _output.Length > 0 ? FrameAction.Rewrite : FrameAction.Hide);
}
