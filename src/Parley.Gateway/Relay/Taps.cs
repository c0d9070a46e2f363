using Parley.Dialects;
using Parley.Dialects.Embeddings;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.OpenAIResponses;
using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Relay;

/// <summary>The tap that reads a dialect's answers as they pass.</summary>
internal static class Taps
{
    internal static StreamTap ForStream(Dialect dialect, GatewayExchange exchange, bool askedForUsage) => dialect switch
    {
        Dialect.OpenAIChat => new ChatStreamTap(exchange.WantsStreamUsage, askedForUsage),
        Dialect.OpenAIResponses => new ResponsesStreamTap(),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "has no stream"),
    };

    internal static ReplyTap ForReply(Dialect dialect) => dialect switch
    {
        Dialect.OpenAIChat => new ChatReplyTap(),
        Dialect.OpenAIResponses => new ResponsesReplyTap(),
        Dialect.OpenAIEmbeddings => new EmbeddingsReplyTap(),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, null),
    };
}
