using Microsoft.AspNetCore.Http;
using Parley.Dialects.Conversations;
using Parley.Dialects.Forms;
using Parley.Dialects.Splicing;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Ingress;
using Parley.Gateway.Relay;
using Parley.Gateway.Resilience.Queueing;
using Parley.Gateway.Routing;
using Parley.Gateway.Routing.Affinity;

namespace Parley.Gateway.Exchange;

/// <summary>What one request knows: who asks, what was asked, and the snapshot it runs on. Written by the steps of the pipeline in their order.</summary>
internal sealed class GatewayExchange(HttpContext context, Surface surface, Caller caller, GatewaySnapshot snapshot, RequestBody body) : IDisposable
{
    private GatePlace _held;

    internal HttpContext Http { get; } = context;

    internal Surface Surface { get; } = surface;

    /// <summary>The prefix as the caller knows it: the unified API's may have been moved.</summary>
    internal string Prefix => Surface.Prefix == SurfaceEndpoints.UnifiedPrefix ? Snapshot.Config.UnifiedPath : Surface.Prefix;

    internal Caller Caller { get; } = caller;

    internal GatewaySnapshot Snapshot { get; } = snapshot;

    internal RequestBody Body { get; } = body;

    /// <summary>Names the request in the answer's <c>x-request-id</c>, the ledger and the logs.</summary>
    internal required Ulid RequestId { get; init; }

    /// <summary>The same as text.</summary>
    internal string RequestIdText { get; init; } = "";

    /// <summary>Timestamp of the start, from <see cref="TimeProvider.GetTimestamp"/>.</summary>
    internal required long Started { get; init; }

    /// <summary>Where the properties of the body are; set by the scan.</summary>
    internal RequestEnvelope Envelope;

    /// <summary>Where the fields of a form are; null for a JSON body.</summary>
    internal RequestForm? Form { get; set; }

    /// <summary>The body read into a conversation; null while no target has needed a translation. It lives in <see cref="Body"/>'s buffer.</summary>
    internal Conversation? Conversation { get; set; }

    /// <summary>True when a Gemini stream is to be one JSON array: asked for without <c>alt=sse</c>.</summary>
    internal bool WantsJsonArray { get; set; }

    /// <summary>The media type of a streamed answer.</summary>
    internal string StreamContentType => WantsJsonArray ? "application/json" : "text/event-stream";

    /// <summary>The model as the caller named it.</summary>
    internal string ModelAsked { get; set; } = "";

    /// <summary>The request named no model and its surface has one of its own (the old proxy's deployment), whatever the catalogue holds.</summary>
    internal bool IsModelMissing { get; set; }

    /// <summary>The request named no model, and OpenAI's API has a default for it: <see cref="ModelAsked"/> is that one.</summary>
    internal bool IsModelDefault { get; set; }

    /// <summary>The model's name for metrics: bounded, because it comes from the catalogue and not from the caller.</summary>
    internal string ModelLabel { get; set; } = "";

    internal bool IsStream { get; set; }

    /// <summary>True when the client itself asked for usage in its stream.</summary>
    internal bool WantsStreamUsage { get; set; }

    /// <summary>Where it may go; set by the router.</summary>
    internal RoutePlan? Plan { get; set; }

    /// <summary>Who made what the request refers to, where only its maker can answer; null when it refers to nothing that is known.</summary>
    internal Maker? Maker { get; set; }

    /// <summary>The timestamp at which all attempts have to be over (<c>timeouts.totalSeconds</c>); zero for no such limit.</summary>
    internal long TotalUntil { get; set; }

    /// <summary>Writes comments to the caller while nothing else is written; null when none are.</summary>
    internal StreamHeartbeat? Heartbeat { get; set; }

    /// <summary>True once bytes of an answer may have reached the caller: nobody else can answer then. A heartbeat is no answer.</summary>
    internal bool HasAnswerBegun => Http.Response.HasStarted && Heartbeat is not { HasAnswer: false };

    /// <summary>Attempts sent so far.</summary>
    internal int Attempts { get; set; }

    internal CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Keeps a place at another model's gate until the request is over, in place of the one it kept before.</summary>
    internal void Hold(GatePlace place)
    {
        _held.Release();
        _held = place;
    }

    public void Dispose()
    {
        Hold(default);
        Body.Dispose();
    }
}
