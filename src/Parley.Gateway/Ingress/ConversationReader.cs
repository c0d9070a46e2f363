using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ingress;

/// <summary>Reads the caller's body into a conversation, once, when the first target that needs a translation is tried.</summary>
internal static class ConversationReader
{
    /// <summary>Null when it is read; else what is wrong with the request, naming the field.</summary>
    internal static GatewayError? Read(GatewayExchange exchange)
    {
        if (exchange.Conversation is not null) return null;
        var surface = exchange.Surface;
        var hints = surface.IsModelPath ? new RequestHints(JsonString.From(exchange.ModelAsked), exchange.IsStream) : default;
        hints = hints with { HasDefaultLimit = exchange.Plan is { Defaults.MaxTokens.IsPresent: true } };
        try
        {
            exchange.Conversation = DialectCodecs.Of(surface.Dialect).ReadRequest(JsonValue.Of(exchange.Body.Memory), hints);
            return null;
        }
        catch (DialectException exception)
        {
            return new GatewayError(GatewayErrorKind.BadRequest, exception.Message) { Param = exception.Path };
        }
    }
}
