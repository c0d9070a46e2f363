using Microsoft.AspNetCore.Http;
using Parley.Dialects.Streaming;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Providers;
using Parley.Gateway.Relay;

namespace Parley.Gateway.PassThrough;

/// <summary>What one call that is passed on unread knows, and what the ledger will say of it. It goes to one provider, once.</summary>
internal sealed class PassThroughExchange(HttpContext context, Surface surface, Caller caller, GatewaySnapshot snapshot)
{
    internal HttpContext Http { get; } = context;

    internal Surface Surface { get; } = surface;

    internal Caller Caller { get; } = caller;

    internal GatewaySnapshot Snapshot { get; } = snapshot;

    /// <summary>The request's id, as the answer's header tells it.</summary>
    internal required RequestIdentity Identity { get; init; }

    /// <summary>Timestamp of the start.</summary>
    internal required long Started { get; init; }

    /// <summary>Time of day of the start.</summary>
    internal required DateTimeOffset Time { get; init; }

    /// <summary>How the caller expects an error.</summary>
    internal ErrorShape ErrorShape { get; set; } = surface.ErrorShape;

    /// <summary>The provider that was chosen; null before that.</summary>
    internal Provider? Provider { get; set; }

    /// <summary>Which of the provider's credentials is used.</summary>
    internal int Credential { get; set; }

    /// <summary>The answer is read here, so it must come whole: the caller's conditions and ranges do not travel up.</summary>
    internal bool ReadsAnswer { get; set; }

    /// <summary>The provider was called: there will be a record.</summary>
    internal bool IsSent { get; set; }

    /// <summary>The record is written.</summary>
    internal bool IsSettled { get; set; }

    /// <summary>The provider's status; zero while there is none.</summary>
    internal int UpstreamStatus { get; set; }

    /// <summary>The provider's own request id.</summary>
    internal string? UpstreamRequestId { get; set; }

    /// <summary>What went wrong; null when nothing did.</summary>
    internal GatewayErrorKind? Error { get; set; }

    /// <summary>The transport's own words for a failure: for the log alone.</summary>
    internal string? FaultDetail { get; set; }

    /// <summary>A provider's error, which is passed on as it came.</summary>
    internal ProviderErrorAnswer? ErrorBody { get; set; }

    /// <summary>The answer is a stream of events.</summary>
    internal bool IsStream { get; set; }

    /// <summary>The answer ended before its end.</summary>
    internal bool IsTruncated { get; set; }

    /// <summary>The caller left before the end.</summary>
    internal bool IsAborted { get; set; }

    /// <summary>What was seen of an answer whose format is known; null where nobody looked.</summary>
    internal ReplyObservation? Reply { get; set; }

    internal CancellationToken Aborted => Http.RequestAborted;
}
