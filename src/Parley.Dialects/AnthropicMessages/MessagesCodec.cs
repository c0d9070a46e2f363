using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Anthropic's <c>POST /v1/messages</c>, of Anthropic itself and of Claude on Azure.</summary>
public sealed class MessagesCodec : DialectCodec
{
    public static MessagesCodec Instance { get; } = new();

    private MessagesCodec()
    {
    }

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.AnthropicMessages;

    /// <inheritdoc/>
    public override Conversation ReadRequest(JsonValue body, RequestHints hints) => MessagesRequestReader.Read(body, hints);

    /// <inheritdoc/>
    public override void WriteRequest(RequestWriting writing)
    {
        ArgumentNullException.ThrowIfNull(writing);
        MessagesRequestWriter.Write(writing);
    }

    /// <inheritdoc/>
    public override void ReadReply(JsonValue body, IReplySink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        MessagesReplyReader.Read(body, sink);
    }

    /// <inheritdoc/>
    public override ReplyReader CreateReader() => new MessagesStreamReader();

    /// <inheritdoc/>
    public override void WriteReply(FoldedReply reply, ReplyContext context, JsonOutput json)
    {
        ArgumentNullException.ThrowIfNull(reply);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(json);
        MessagesReplyWriter.Write(reply, context, json);
    }

    /// <inheritdoc/>
    public override ReplyStreamWriter CreateWriter(ReplyContext context, PooledBuffer output) => new MessagesStreamWriter(context, output);

    /// <inheritdoc/>
    public override ReplyEvent ReadError(JsonValue body) => MessagesError.Read(body);
}
