using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Relay;

/// <summary>A provider's status → error kind. Statuses and Retry-After are kept (contracts §6), except 401 and 403: the caller's key was fine.</summary>
internal static class ProviderStatus
{
    internal static readonly GatewayError Refused = new(
        GatewayErrorKind.UpstreamUnauthorized,
        "The provider refused Parley's own credential. Your key is fine; the operator has to look at the provider's key or identity.")
    {
        UpstreamStatus = 401,
    };

    /// <summary>The same for a 403.</summary>
    internal static readonly GatewayError Denied = Refused with { UpstreamStatus = 403 };

    // OpenRouter ("Your chosen model requires moderation and your input was flagged") and xAI say 403 to a prompt that their filter flagged.
    private static readonly GatewayError Flagged = new(GatewayErrorKind.UpstreamRejected, "The provider's content filter refused the request (403).")
    {
        Status = 403,
        Refusal = RefusalReason.ContentFilter,
    };

    /// <summary>The error with what the provider's own words say of it: above all, that a 403 was about the prompt and not about the credential.</summary>
    internal static GatewayError Explain(GatewayError error, ProviderErrorAnswer? answer)
    {
        if (error.Kind == GatewayErrorKind.UpstreamUnauthorized) return RefusalReader.IsFlagged(answer) ? Flagged : error;
        return error with { Refusal = RefusalReader.Of(error, answer) };
    }

    /// <summary>The error that a status means; null for a success.</summary>
    internal static GatewayError? Read(UpstreamReply reply, TimeProvider time)
    {
        var status = reply.Status;
        return status switch
        {
            >= 200 and < 300 => null,
            401 => Refused,
            403 => Denied,
            429 => new GatewayError(GatewayErrorKind.UpstreamRateLimited, "The provider's rate limit is reached. Try again later.")
            {
                RetryAfter = RetryAfter.Read(reply, time),
            },
            408 => new GatewayError(GatewayErrorKind.UpstreamTimeout, "The provider gave up waiting (408). Try again.") { Status = 408 },
            // Bedrock's ModelErrorException: the model failed, not the request (API_runtime_Converse, "Errors").
            424 => new GatewayError(GatewayErrorKind.UpstreamFailed, "The provider's model failed (424). Try again.") { Status = 424 },
            >= 400 and < 500 => new GatewayError(GatewayErrorKind.UpstreamRejected, $"The provider refused the request with status {status} and no readable reason.") { Status = status },
            >= 500 and < 600 => new GatewayError(GatewayErrorKind.UpstreamFailed, $"The provider failed with status {status}. Try again.")
            {
                Status = status,
                RetryAfter = RetryAfter.Read(reply, time),
            },
            // Redirects are never followed: a credential goes only where the operator said.
            _ => new GatewayError(GatewayErrorKind.UpstreamFailed, $"The provider answered with status {status}, which an API call never gets. Its base URL may be wrong."),
        };
    }
}
