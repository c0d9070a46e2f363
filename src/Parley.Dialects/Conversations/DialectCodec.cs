using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>A dialect's four pure parts: read a request, write a request, read an answer, write an answer. Stateless; one instance each.</summary>
public abstract class DialectCodec
{
    public abstract Dialect Dialect { get; }

    /// <summary>Reads a request. The body is known to be valid JSON. Throws <see cref="DialectException"/>.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="hints">What the dialect has in the path instead.</param>
    public abstract Conversation ReadRequest(JsonValue body, RequestHints hints);

    /// <summary>Writes a request. Throws <see cref="DialectException"/> for one that no words of the dialect can express.</summary>
    public abstract void WriteRequest(RequestWriting writing);

    /// <summary>Reads a whole answer as the events that a stream would have given, <see cref="ReplyEventKind.Completed"/> or <see cref="ReplyEventKind.Failed"/> last.</summary>
    public abstract void ReadReply(JsonValue body, IReplySink sink);

    /// <summary>A reader for one streamed answer.</summary>
    public abstract ReplyReader CreateReader();

    /// <summary>Writes a whole answer.</summary>
    public abstract void WriteReply(FoldedReply reply, ReplyContext context, JsonOutput json);

    /// <summary>A writer for one streamed answer.</summary>
    public abstract ReplyStreamWriter CreateWriter(ReplyContext context, PooledBuffer output);

    /// <summary>Reads the body of an answer that is not 2xx: the provider's words, as a <see cref="ReplyEventKind.Failed"/> event. A body in no known shape gives one without a message.</summary>
    public abstract ReplyEvent ReadError(JsonValue body);
}
