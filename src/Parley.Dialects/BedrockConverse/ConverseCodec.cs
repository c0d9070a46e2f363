using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.BedrockConverse;

/// <summary>
/// AWS Bedrock's Converse and ConverseStream (API_runtime_Converse). The model stands in the path and nowhere in an answer, so
/// whose reasoning an answer carries is known only to the codec of that model: <see cref="For"/>.
/// </summary>
public sealed class ConverseCodec : DialectCodec
{
    private static readonly ConverseCodec Claude = new(ReasoningOrigin.Anthropic, ReasoningOrigin.Anthropic);
    private static readonly ConverseCodec Other = new(ReasoningOrigin.Bedrock, ReasoningOrigin.Bedrock);

    private readonly ReasoningOrigin _signed;
    private readonly ReasoningOrigin _unsigned;

    private ConverseCodec(ReasoningOrigin signed, ReasoningOrigin unsigned) => (_signed, _unsigned) = (signed, unsigned);

    /// <summary>For answers of a model that is not known: a signature is taken for Claude's, the only family on Bedrock that documents one.</summary>
    public static ConverseCodec Instance { get; } = new(ReasoningOrigin.Anthropic, ReasoningOrigin.None);

    /// <summary>For answers of a model with these traits.</summary>
    public static ConverseCodec For(ModelTraits traits)
    {
        ArgumentNullException.ThrowIfNull(traits);
        return traits.Family switch { ModelFamily.Claude => Claude, ModelFamily.Unknown => Instance, _ => Other };
    }

    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.BedrockConverse;

    /// <inheritdoc/>
    public override Conversation ReadRequest(JsonValue body, RequestHints hints) => ConverseRequestReader.Read(body, hints);

    /// <inheritdoc/>
    public override void WriteRequest(RequestWriting writing)
    {
        ArgumentNullException.ThrowIfNull(writing);
        new ConverseRequestWriter(writing).Write();
    }

    /// <inheritdoc/>
    public override void ReadReply(JsonValue body, IReplySink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        new ConverseReplyReader(sink, _signed, _unsigned).Read(body);
    }

    /// <inheritdoc/>
    public override ReplyReader CreateReader() => new ConverseStreamReader(_signed, _unsigned);

    /// <inheritdoc/>
    public override void WriteReply(FoldedReply reply, ReplyContext context, JsonOutput json)
    {
        ArgumentNullException.ThrowIfNull(reply);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(json);
        ConverseReplyWriter.Write(reply, context, json);
    }

    /// <inheritdoc/>
    public override ReplyStreamWriter CreateWriter(ReplyContext context, PooledBuffer output) => new ConverseStreamWriter(context, output);

    /// <inheritdoc/>
    public override ReplyEvent ReadError(JsonValue body) => ConverseError.Read(body, default);
}
