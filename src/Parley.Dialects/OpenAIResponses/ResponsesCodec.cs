using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>OpenAI's <c>POST /responses</c>, also of Azure and of the servers that speak Open Responses.</summary>
public sealed class ResponsesCodec : DialectCodec
{
    public static readonly ResponsesCodec Instance = new();

    private ResponsesCodec()
    {
    }

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.OpenAIResponses;

    /// <inheritdoc/>
    public override Conversation ReadRequest(JsonValue body, RequestHints hints) => ResponsesRequestReader.Read(body);

    /// <inheritdoc/>
    public override void WriteRequest(RequestWriting writing) => ResponsesRequestWriter.Write(writing);

    /// <inheritdoc/>
    public override void ReadReply(JsonValue body, IReplySink sink) => ResponsesReplyReader.Read(body, sink);

    /// <inheritdoc/>
    public override ReplyReader CreateReader() => new ResponsesStreamReader();

    /// <inheritdoc/>
    public override void WriteReply(FoldedReply reply, ReplyContext context, JsonOutput json) =>
        ResponsesReplyWriter.Write(reply, context, json);

    /// <inheritdoc/>
    public override ReplyStreamWriter CreateWriter(ReplyContext context, PooledBuffer output) => new ResponsesStreamWriter(context, output);

    /// <inheritdoc/>
    public override ReplyEvent ReadError(JsonValue body) => ResponsesError.Read(body);
}
