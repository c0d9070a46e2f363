using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Relay;

/// <summary>A provider's error answer in our own words: its message and code stay, its shape becomes the caller's.</summary>
internal static class TranslatedError
{
    private const int LongestMessage = 4096;

    internal static GatewayError Of(GatewayError error, ProviderErrorAnswer answer, Translation translation)
    {
        return JsonValue.TryParse(answer.Body, out var body) ? Of(error, translation.ReadError(body)) : error;
    }

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
