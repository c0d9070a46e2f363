using Parley.Dialects;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Relay;

/// <summary>
/// Thoughts that one vendor signed and another would refuse. A client that was answered by several vendors in turn plays them all back;
/// where caller and provider speak one dialect its bytes would be passed on, and the provider would answer 400 for ever after.
/// </summary>
internal static class ForeignReasoning
{
    /// <summary>
    /// True when the body holds the mark of a packed value, or what else only a translated answer puts there: then it is read and
    /// written in its own dialect, which leaves out and reports what belongs to another vendor. A false alarm costs time, nothing else.
    /// </summary>
    internal static bool MayBeIn(GatewayExchange exchange, RouteTarget target)
    {
        var body = exchange.Body.Span;
        return exchange.Surface.Dialect switch
        {
            Dialect.OpenAIResponses => body.IndexOf("parley1:"u8) >= 0,
            // A thought without a signature comes from a vendor that signs nothing.
            Dialect.AnthropicMessages => body.IndexOf("parley1:"u8) >= 0 || body.IndexOf("\"signature\":\"\""u8) >= 0 || body.IndexOf("\"signature\": \"\""u8) >= 0,
            // The same mark in base64, as Google's signatures are.
            Dialect.GeminiContent => body.IndexOf("cGFybGV5MT"u8) >= 0,
            // Our extension field; OpenAI refuses members that it does not know, compatible servers may want it back.
            Dialect.OpenAIChat => target.Provider.Config.Type is ProviderType.OpenAI or ProviderType.AzureOpenAI && body.IndexOf("\"reasoning_details\""u8) >= 0,
            _ => false,
        };
    }
}
