using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Gateway.Relay;

namespace Parley.Gateway.Exchange;

/// <summary>Where the pipeline leaves the error of a call that Parley makes itself: as a value, since nobody reads it as bytes.</summary>
internal sealed class CallFailure
{
    /// <summary>Null while nothing has failed.</summary>
    internal GatewayError? Error { get; private set; }

    /// <summary>Notes the error, with the provider's own words for it when there are some.</summary>
    /// <param name="error">The error.</param>
    /// <param name="answer">What the provider answered, in the call's dialect; null when it is Parley's own error.</param>
    /// <param name="dialect">The call's dialect.</param>
    internal void Note(GatewayError error, ProviderErrorAnswer? answer, Dialect dialect)
    {
        if (answer is null || !JsonValue.TryParse(answer.Body, out var body))
        {
            Error = error;
            return;
        }

        var words = DialectCodecs.Of(dialect).ReadError(body).Text.ToString();
        Error = words is { Length: > 0 } ? error with { Message = words } : error;
    }
}
