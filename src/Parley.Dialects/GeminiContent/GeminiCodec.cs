using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Google's <c>generateContent</c> and <c>streamGenerateContent</c> (https://ai.google.dev/api/generate-content). Upstream streams
/// are always asked for with <c>alt=sse</c>; towards a caller without it the writer makes one JSON array
/// (<see cref="ReplyContext.IsJsonArray"/>). Media that must be fetched before a request is written: <see cref="MediaNeeds"/>.
/// </summary>
public sealed class GeminiCodec : DialectCodec
{
    public static readonly GeminiCodec Instance = new();

    private GeminiCodec()
    {
    }

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.GeminiContent;

    /// <inheritdoc/>
    public override Conversation ReadRequest(JsonValue body, RequestHints hints) => GeminiRequestReader.Read(body, hints);

    /// <inheritdoc/>
    public override void WriteRequest(RequestWriting writing)
    {
        ArgumentNullException.ThrowIfNull(writing);
        GeminiRequestWriter.Write(writing);
    }

    /// <inheritdoc/>
    public override void ReadReply(JsonValue body, IReplySink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        GeminiReplyReader.Read(body, sink);
    }

    /// <inheritdoc/>
    public override ReplyReader CreateReader() => new GeminiStreamReader();

    /// <inheritdoc/>
    public override void WriteReply(FoldedReply reply, ReplyContext context, JsonOutput json)
    {
        ArgumentNullException.ThrowIfNull(reply);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(json);
        GeminiReplyWriter.Write(reply, context, json);
    }

    /// <inheritdoc/>
    public override ReplyStreamWriter CreateWriter(ReplyContext context, PooledBuffer output) => new GeminiStreamWriter(context, output);

    /// <inheritdoc/>
    public override ReplyEvent ReadError(JsonValue body)
    {
        GeminiError.TryRead(body, out var failed);
        return failed;
    }
}
