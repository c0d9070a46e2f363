using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>OpenAI's Chat Completions, as OpenAI, Azure and the many compatible servers speak it.</summary>
public sealed class ChatCodec : DialectCodec
{
    /// <summary>The one instance; it has no state.</summary>
    public static readonly ChatCodec Instance = new();

    private ChatCodec()
    {
    }

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.OpenAIChat;

    /// <inheritdoc/>
    public override Conversation ReadRequest(JsonValue body, RequestHints hints) => ChatRequestReader.Read(body, hints);

    /// <inheritdoc/>
    public override void WriteRequest(RequestWriting writing)
    {
        ArgumentNullException.ThrowIfNull(writing);
        new ChatRequestWriter(writing).Write();
    }

    /// <inheritdoc/>
    public override void ReadReply(JsonValue body, IReplySink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ChatReplyReader.Read(body, sink);
    }

    /// <inheritdoc/>
    public override ReplyReader CreateReader() => new ChatStreamReader();

    /// <inheritdoc/>
    public override void WriteReply(FoldedReply reply, ReplyContext context, JsonOutput json)
    {
        ArgumentNullException.ThrowIfNull(reply);
        new ChatReplyWriter(reply, context, json).Write();
    }

    /// <inheritdoc/>
    public override ReplyStreamWriter CreateWriter(ReplyContext context, PooledBuffer output) => new ChatStreamWriter(context, output);

    /// <inheritdoc/>
    public override ReplyEvent ReadError(JsonValue body) => ChatErrors.Read(body);
}
