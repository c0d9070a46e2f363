using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Dialects.Json;
using Parley.Gateway.Access;
using Parley.Gateway.Calls;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Wrapper;

/// <summary>The old wrapper's paths at the root (contracts §4).</summary>
internal sealed class WrapperEndpoints(WrapperService wrapper, HealthCheck health, SnapshotHolder snapshots, BufferedBytesBudget budget)
{
    // Load balancers like to ask with HEAD.
    private static readonly string[] Probes = [HttpMethods.Get, HttpMethods.Head];

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal void Map(IEndpointRouteBuilder routes)
    {
        RequestDelegate check = HealthAsync, complete = CompleteAsync, chat = ChatAsync;
        routes.MapMethods("/health", Probes, check).RequireRoleUnlessListed(KeyRole.Inference, "/health");
        routes.MapGet("/completion", complete).RequireRole(KeyRole.Inference);
        routes.MapPost("/chat", chat).RequireRole(KeyRole.Inference);
    }

    private async Task HealthAsync(HttpContext context)
    {
        var answer = await health.AskAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        if (answer.RetryAfter is { } wait) ErrorWriter.SetRetryAfter(context, wait);
        await WriteAsync(context, answer.Status, answer.Write);
    }

    private async Task CompleteAsync(HttpContext context)
    {
        // Of several, the last: as the old wrapper's framework has it.
        var query = context.Request.Query["query"] is [.., var last] ? last : null;
        await AnswerAsync(context, await wrapper.CompleteAsync(CallOrigin.Of(context), query, context.RequestAborted));
    }

    private async Task ChatAsync(HttpContext context)
    {
        var limits = snapshots.Current.Config.Limits;
        using var body = new RequestBody(budget, limits.BufferedBytes);
        // The call's own body, written from this one, is about as long.
        var refused = await RequestBodyReader.ReadAsync(context, body, limits) ?? (body.TryReserve(body.Length) ? null : RequestBodyReader.NoRoom());
        if (refused is not null)
        {
            await ErrorWriter.WriteAsync(context, refused, ErrorShape.Detail);
            return;
        }

        var input = ChatInput.Read(body.Memory);
        if (input.Faults.Count > 0) await RefuseAsync(context, input.Faults);
        else await AnswerAsync(context, await wrapper.ChatAsync(CallOrigin.Of(context), input, context.RequestAborted));
    }

    private static Task AnswerAsync(HttpContext context, TextAnswer answer)
    {
        CallHeaders.CopyTo(answer.Headers, context.Response);
        return answer.Error switch
        {
            null => WriteAsync(context, StatusCodes.Status200OK, writer => writer.WriteStringValue(answer.Text)),
            // What only a translation notices in a message.
            { Kind: GatewayErrorKind.BadRequest } error => RefuseAsync(context, [new InvalidInput("value_error", """["body","messages"]""", error.Message, default)]),
            { } error => ErrorWriter.WriteAsync(context, WrapperErrors.Of(error), ErrorShape.Detail),
        };
    }

    private static Task RefuseAsync(HttpContext context, IReadOnlyList<InvalidInput> faults) =>
        WriteAsync(context, StatusCodes.Status422UnprocessableEntity, writer => InvalidInput.Write(writer, faults));

    private static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (HttpMethods.IsHead(context.Request.Method)) return;
        using (var writer = new Utf8JsonWriter(context.Response.BodyWriter, Relaxed)) write(writer);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
