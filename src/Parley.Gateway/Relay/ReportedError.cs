using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Relay;

/// <summary>An error that a provider reported inside a 200: in place of the answer, or as the first event of a stream.</summary>
internal static class ReportedError
{
    internal static GatewayError From(ReplyObservation reply, int status)
    {
        var refusal = RefusalReader.Of(reply.ErrorCode, reply.ErrorMessage);
        var meant = StatusOf(reply, refusal) ?? status;
        var kind = meant switch
        {
            401 or 403 => GatewayErrorKind.UpstreamUnauthorized,
            408 => GatewayErrorKind.UpstreamTimeout,
            429 => GatewayErrorKind.UpstreamRateLimited,
            // A model that failed is no refusal of the request (see ProviderStatus).
            424 => GatewayErrorKind.UpstreamFailed,
            >= 400 and < 500 => GatewayErrorKind.UpstreamRejected,
            _ => GatewayErrorKind.UpstreamFailed,
        };
        if (kind == GatewayErrorKind.UpstreamUnauthorized) return meant == 403 ? ProviderStatus.Denied : ProviderStatus.Refused;
        var message = reply.ErrorMessage ?? "The provider reported an error without a message.";
        return new GatewayError(kind, message)
        {
            Code = reply.ErrorCode,
            Status = meant is >= 400 and < 600 ? meant : null,
            Refusal = kind == GatewayErrorKind.UpstreamRejected ? refusal : RefusalReason.Other,
            RetryAfter = kind is GatewayErrorKind.UpstreamRateLimited or GatewayErrorKind.UpstreamFailed ? WaitInBody.InSentence(message) : null,
        };
    }

    // Some vendors put the status that they mean into the error itself; for OpenAI's words it is that of the same error without a stream.
    private static int? StatusOf(ReplyObservation reply, RefusalReason refusal)
    {
        if (reply.ErrorStatus is { } named and >= 400 and < 600) return named;
        if (refusal != RefusalReason.Other) return 400;
        return reply.ErrorCode switch
        {
            "rate_limit_exceeded" or "insufficient_quota" or "too_many_requests" => 429,
            "invalid_prompt" or "invalid_request_error" => 400,
            _ => null,
        };
    }
}
