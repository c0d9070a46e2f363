using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Relay;

/// <summary>A provider's error answer in our own words: its message and code stay, its shape becomes the caller's.</summary>
internal static class TranslatedError
{
    private const int LongestMessage = 4096;

    internal static GatewayError Of(GatewayError error, ProviderErrorAnswer answer, Translation translation, UpstreamReply reply)
    {
        if (!JsonValue.TryParse(answer.Body, out var body)) return error;
        var said = translation.ReadError(body);
        // Bedrock names the exception in a header, with its namespace behind a colon.
        if (said.Name.IsEmpty && reply.Header("x-amzn-errortype") is { Length: > 0 } type) said = said with { Name = JsonString.From(type.Split(':')[0]) };
        return Of(error, said);
    }

    /// <summary>The same of an answer in the caller's own dialect, which cannot be passed on as it came.</summary>
    internal static GatewayError Of(GatewayError error, ProviderErrorAnswer answer, Dialect dialect) =>
        JsonValue.TryParse(answer.Body, out var body) ? Of(error, DialectCodecs.Of(dialect).ReadError(body)) : error;

    internal static GatewayError Of(GatewayError error, ReplyEvent said)
    {
        if (said.Text.IsEmpty) return error;
        var message = said.Text.ToText();
        return error with
        {
            Message = message.Length <= LongestMessage ? message : message[..LongestMessage],
            Code = said.Name.IsEmpty ? error.Code : said.Name.ToText(),
        };
    }
}
