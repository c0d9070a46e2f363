using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Relay;

/// <summary>An error that a provider reported inside a 200: in place of the answer, or as the first event of a stream.</summary>
internal static class ReportedError
{
    internal static GatewayError From(ReplyObservation reply, int status)
    {
        // Some vendors put the status that they mean into the error itself.
        var meant = reply.ErrorStatus is { } named and >= 400 and < 600 ? named : status;
        var kind = meant switch
        {
            401 or 403 => GatewayErrorKind.UpstreamUnauthorized,
            429 => GatewayErrorKind.UpstreamRateLimited,
            >= 400 and < 500 => GatewayErrorKind.UpstreamRejected,
            _ => GatewayErrorKind.UpstreamFailed,
        };
        if (kind == GatewayErrorKind.UpstreamUnauthorized) return ProviderStatus.Refused;
        return new GatewayError(kind, reply.ErrorMessage ?? "The provider reported an error without a message.")
        {
            Code = reply.ErrorCode,
            Status = meant is >= 400 and < 600 ? meant : null,
        };
    }
}
