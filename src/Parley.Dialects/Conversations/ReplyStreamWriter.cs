using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>Writes one streamed answer in a dialect, frame by frame, to a buffer that the relay empties. One instance per answer.</summary>
public abstract class ReplyStreamWriter(ReplyContext context, PooledBuffer output) : IReplySink, IDisposable
{
    protected ReplyContext Context => context;

    protected PooledBuffer Output => output;

    /// <summary>Writes what this event means in the dialect: no frame, one, or several.</summary>
    public abstract void Accept(in ReplyEvent reply);

    /// <summary>Writes the dialect's error event, for a stream that broke after it had started. It carries no end marker.</summary>
    /// <param name="message">What the caller reads.</param>
    /// <param name="code">A machine-readable code.</param>
    public abstract void WriteError(JsonString message, JsonString code);

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
