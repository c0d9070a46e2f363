using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Dialects.Json;
using Parley.Gateway.Access;
using Parley.Gateway.Agents;
using Parley.Gateway.Calls;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Wrapper;

/// <summary>The old wrapper's paths at the root (contracts §4).</summary>
internal sealed class WrapperEndpoints(WrapperService wrapper, HealthCheck health, AgentRunner agents, SnapshotHolder snapshots, BufferedBytesBudget budget)
{
    /// <summary>What whoever asks for the agent is told where there is none.</summary>
    internal static readonly GatewayError NoAgent = new(
        GatewayErrorKind.NoRoute,
        $"The agent '{VariableAgent.Name}' is not configured. Set {VariableNames.ProjectEndpoint} and {VariableNames.AgentId}, or write an agent of that name under \"agents\" in parley.json.");

    private static readonly GatewayError NotForThisKey = new(
        GatewayErrorKind.Forbidden, $"This key may not ask the agent '{VariableAgent.Name}': its tools do not list it. Ask the operator to add it.");

    // Load balancers like to ask with HEAD.
    private static readonly string[] Probes = [HttpMethods.Get, HttpMethods.Head];

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal void Map(IEndpointRouteBuilder routes)
    {
        RequestDelegate check = HealthAsync, complete = CompleteAsync, chat = ChatAsync, ground = GroundAsync;
        routes.MapMethods("/health", Probes, check).RequireRoleUnlessListed(KeyRole.Inference, "/health");
        routes.MapGet("/completion", complete).RequireRole(KeyRole.Inference);
        routes.MapPost("/chat", chat).RequireRole(KeyRole.Inference);
        routes.MapPost("/bing-grounding", ground).RequireRole(KeyRole.Inference);
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
        await AnswerAsync(context, await wrapper.CompleteAsync(CallOrigin.Of(context), QueryOf(context), null, context.RequestAborted));
    }

    private async Task GroundAsync(HttpContext context)
    {
        if (!context.GetCaller().MayAsk(VariableAgent.Name))
        {
            await FailAsync(context, NotForThisKey, InvalidInput.Query);
            return;
        }

        var query = QueryOf(context);
        if (InvalidInput.OfQuery(query) is { } fault)
        {
            await RefuseAsync(context, [fault]);
            return;
        }

        var answer = snapshots.Current.Agents.Find(VariableAgent.Name) is { } agent
            ? await agents.AskAsync(context, agent, query!, context.RequestAborted)
            : AgentAnswer.Failed(NoAgent);
        if (answer.Error is { } error)
        {
            await FailAsync(context, error, InvalidInput.Query);
            return;
        }

        context.Response.ContentType = "application/json";
        AgentJson.Write(new JsonOutput(context.Response.BodyWriter), answer);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    // Of several, the last: as the old wrapper's framework has it.
    private static string? QueryOf(HttpContext context) => context.Request.Query["query"] is [.., var last] ? last : null;

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
        else await AnswerAsync(context, await wrapper.ChatAsync(CallOrigin.Of(context), input, null, context.RequestAborted));
    }

    private static Task AnswerAsync(HttpContext context, TextAnswer answer)
    {
        CallHeaders.CopyTo(answer.Headers, context.Response);
        return answer.Error is { } error
            ? FailAsync(context, error, """["body","messages"]""")
            : WriteAsync(context, StatusCodes.Status200OK, writer => writer.WriteStringValue(answer.Text));
    }

    // What only the pipeline finds wrong with the input.
    private static Task FailAsync(HttpContext context, GatewayError error, string location) => error.Kind == GatewayErrorKind.BadRequest
        ? RefuseAsync(context, [new InvalidInput("value_error", location, error.Message, default)])
        : ErrorWriter.WriteAsync(context, WrapperErrors.Of(error), ErrorShape.Detail);

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
