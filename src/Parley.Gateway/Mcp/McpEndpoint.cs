using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Parley.Gateway.Access;
using Parley.Gateway.Calls;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Mcp.Protocol;

namespace Parley.Gateway.Mcp;

/// <summary>
/// <c>POST /mcp</c>: the MCP server over Streamable HTTP, every supported revision at one address and without sessions. In order: is the page
/// allowed, do the headers make sense, the body, do headers and message fit, then a server that lives as long as the answer.
/// </summary>
internal sealed class McpEndpoint(SnapshotHolder snapshots, McpFeatures features, McpCalls calls, BufferedBytesBudget budget, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>Where the server is.</summary>
    public const string Path = "/mcp";

    // A message holds words, not files; it is read into objects, which take several times its size.
    private const int MessageBytes = 4 * 1024 * 1024;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, PostAsync).RequireRole(KeyRole.Inference);

    private async Task PostAsync(HttpContext context)
    {
        var snapshot = snapshots.Current;
        var headers = context.Request.Headers;
        if (McpOrigin.Check(context, snapshot.Config.Access) is { } foreign)
        {
            await ErrorWriter.WriteAsync(context, foreign);
            return;
        }

        if (McpRequestRules.CheckHeaders(headers) is { } unfit)
        {
            await unfit.WriteAsync(context, default);
            return;
        }

        if (await ReadAsync(context, snapshot.Config.Limits) is not { } message) return;
        var id = message is JsonRpcMessageWithId { Id: var own } ? own : default;
        if (McpRequestRules.CheckMessage(headers, message) is { } refusal)
        {
            await refusal.WriteAsync(context, id);
            return;
        }

        if (message is not JsonRpcRequest request)
        {
            // A notification, or an answer to a question that this server never asks. Whoever gives a call of 2026-07-28 up closes its stream;
            // before, a closed stream was no word about the call, and clients send a notification.
            if (message is JsonRpcNotification notification && McpRequestRules.RevisionOf(headers) != McpRevisions.Stateless)
                await calls.CancelAsync(context.GetCaller().KeyId, notification);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        var visit = new McpVisit(context, context.GetCaller(), snapshot);
        if (CheckParameters(visit, request) is { } untrue)
        {
            await untrue.WriteAsync(context, id);
            return;
        }

        McpRequestRules.Negotiate(message);
        message.Context = new JsonRpcMessageContext { ProtocolVersion = McpRequestRules.RevisionOf(headers) };
        await AnswerAsync(visit, request, features.For(visit));
    }

    private McpRefusal? CheckParameters(McpVisit visit, JsonRpcRequest request)
    {
        var headers = visit.Http.Request.Headers;
        return request.Method == RequestMethods.ToolsCall && McpRequestRules.RevisionOf(headers) == McpRevisions.Stateless
            && (request.Params as JsonObject)?["name"] is JsonValue name && name.TryGetValue<string>(out var text) && features.Find(visit, text) is { } tool
            ? McpRequestRules.CheckParameters(headers, request, tool.Definition)
            : null;
    }

    private async Task<JsonRpcMessage?> ReadAsync(HttpContext context, LimitsConfig limits)
    {
        // The message is made of copies, so the buffer goes back at once.
        using var body = new RequestBody(budget, limits.BufferedBytes);
        var most = Math.Min(limits.BodyBytes, MessageBytes);
        if (await RequestBodyReader.ReadAsync(context, body, limits with { BodyBytes = most }) is { } error)
        {
            if (error.Kind == GatewayErrorKind.BodyTooLarge) error = error with { Message = $"The message is larger than {most} bytes. Send a smaller one." };
            await ErrorWriter.WriteAsync(context, error);
            return null;
        }

        var message = McpMessageReader.Read(body.Span, out var refusal);
        if (refusal is not null) await refusal.WriteAsync(context, default);
        return message;
    }

    private async Task AnswerAsync(McpVisit visit, JsonRpcRequest message, McpServerOptions options)
    {
        var context = visit.Http;
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();

        // The stream begins the response on a timer of its own, while a tool works.
        HeadersAreSettled.Set(context);

        // A subscription ends with its client, or with the process: it must not hold up a stop.
        var isSubscription = message.Method == RequestMethods.SubscriptionsListen;
        var isStateless = message.Context!.ProtocolVersion == McpRevisions.Stateless;
        using var call = isStateless ? null : calls.Begin(visit.Caller.KeyId, message);
        var givenUp = call?.GivenUp ?? CancellationToken.None;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, givenUp, isSubscription ? lifetime.ApplicationStopping : CancellationToken.None);
        await using var reply = new McpReplyStream(response, time);
        await using var transport = new StreamableHttpServerTransport { Stateless = true };
        await using var server = McpServer.Create(transport, options, null, context.RequestServices);
        var running = server.RunAsync(ended.Token);
        var alive = reply.KeepAliveAsync(ended.Token);
        try
        {
            await transport.HandlePostRequestAsync(message, reply, isStateless ? StartingAsync : null, ended.Token);
        }
        catch (OperationCanceledException) when (isSubscription || givenUp.IsCancellationRequested)
        {
            // Nothing is lost: a subscription had nothing to tell, and to a call that was given up there is no answer (basic/utilities/cancellation).
        }
        finally
        {
            await ended.CancelAsync();
            await alive;
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Of the errors of this revision, some have a status of their own; an answer that is not quick has begun with 200.
        ValueTask StartingAsync(JsonRpcMessage? first) => new(first is JsonRpcError error && StatusOf(error) is { } status
            ? reply.SetStatusAsync(status, context.RequestAborted)
            : Task.CompletedTask);
    }

    private static int? StatusOf(JsonRpcError error) => (McpErrorCode)error.Error.Code switch
    {
        McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
        McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion or McpErrorCode.HeaderMismatch => StatusCodes.Status400BadRequest,
        _ => null,
    };
}
