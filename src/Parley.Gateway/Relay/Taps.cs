using Parley.Dialects;
using Parley.Dialects.AnthropicMessages;
using Parley.Dialects.Embeddings;
using Parley.Dialects.GeminiContent;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.OpenAIMedia;
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
        Dialect.AnthropicMessages => new MessagesStreamTap(),
        Dialect.GeminiContent when exchange.WantsJsonArray => new GeminiArrayStreamTap(new GeminiStreamTap()),
        Dialect.GeminiContent => new GeminiStreamTap(),
        Dialect.Opaque when exchange.Surface.Operation == Operation.TextCompletions => new ChatStreamTap(exchange.WantsStreamUsage, askedForUsage),
        Dialect.Opaque => new MediaStreamTap(),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "has no stream"),
    };

    internal static ReplyTap ForReply(Dialect dialect, Operation operation) => dialect switch
    {
        Dialect.OpenAIChat => new ChatReplyTap(),
        Dialect.OpenAIResponses => new ResponsesReplyTap(),
        Dialect.OpenAIEmbeddings => new EmbeddingsReplyTap(),
        Dialect.AnthropicMessages => new MessagesReplyTap(),
        Dialect.GeminiContent => new GeminiReplyTap(),
        Dialect.Opaque when operation == Operation.TextCompletions => new ChatReplyTap(),
        Dialect.Opaque => new MediaReplyTap(),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, null),
    };
}
