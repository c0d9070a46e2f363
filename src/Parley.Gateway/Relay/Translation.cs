using System.Globalization;
using Parley.Dialects;
using Parley.Dialects.BedrockConverse;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Relay;

/// <summary>One attempt's translation: the caller's conversation, both codecs, and what was lost on the way there and back.</summary>
internal sealed class Translation(GatewayExchange exchange, Conversation conversation, RouteTarget target, Dialect dialect, DateTimeOffset now)
{
    private readonly DialectCodec _caller = DialectCodecs.Of(exchange.Surface.Dialect);
    // A Converse answer does not name its model, so whose thoughts it holds is known from the target alone.
    private readonly DialectCodec _provider = dialect == Dialect.BedrockConverse ? ConverseCodec.For(target.Traits) : DialectCodecs.Of(dialect);

    internal Conversation Conversation => conversation;

    internal RouteTarget Target => target;

    internal Dialect Dialect => dialect;

    /// <summary>What the provider's dialect, or the caller's, cannot express.</summary>
    internal LossReport Losses { get; } = new();

    /// <summary>The tool that stands for the structured output; none when the dialect has it.</summary>
    internal JsonString OutputTool { get; private set; }

    /// <summary>Writes the request in the provider's dialect. Throws <see cref="DialectException"/>.</summary>
    internal void WriteRequest(PooledBuffer output)
    {
        var to = TranslationTargets.Of(target, dialect);
        var filled = exchange.Plan!.Defaults is { } defaults && exchange.Surface.Operation != Operation.CountTokens ? ConversationDefaults.Of(conversation, defaults, to) : conversation;
        var writing = new RequestWriting(filled, to, new JsonOutput(output), Losses);
        _provider.WriteRequest(writing);
        OutputTool = writing.OutputTool;
    }

    /// <summary>Reads a provider's whole answer into <paramref name="sink"/>.</summary>
    internal void ReadReply(JsonValue body, ReplyObservation reply, IReplySink sink, out bool isCompleted)
    {
        var caller = new CallerReplySink(conversation, Losses, sink);
        var observer = new ReplyObserver(reply, OutputTool.IsPresent ? new SyntheticToolFilter(OutputTool, Losses, caller) : caller);
        _provider.ReadReply(body, new UnreadableReplySink(conversation, observer));
        isCompleted = observer.IsCompleted;
    }

    /// <summary>Writes a whole answer in the caller's dialect.</summary>
    internal void WriteReply(FoldedReply reply, PooledBuffer output) => _caller.WriteReply(reply, Context(), new JsonOutput(output));

    /// <summary>The writer of a stream in the caller's dialect.</summary>
    internal ReplyStreamWriter CreateWriter(PooledBuffer output) => _caller.CreateWriter(Context(), output);

    /// <summary>The tap that translates a stream.</summary>
    internal StreamTap CreateTap()
    {
        var (output, context) = (new PooledBuffer(2048), Context());
        return new TranslatingStreamTap(_provider.CreateReader(), _caller.CreateWriter(context, output), output, OutputTool, context);
    }

    /// <summary>The words of a provider's error answer.</summary>
    internal ReplyEvent ReadError(JsonValue body) => _provider.ReadError(body);

    private ReplyContext Context() => new(
        conversation,
        JsonString.From(exchange.ModelAsked),
        exchange.RequestId.ToString().ToLower(CultureInfo.InvariantCulture),
        now.ToUnixTimeSeconds(),
        Losses)
    {
        IsJsonArray = exchange.WantsJsonArray,
    };
}
