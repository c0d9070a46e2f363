using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Parley.Gateway.Access;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Admin.Targets;

/// <summary>
/// <c>GET /admin/targets[/{id}]</c> and <c>POST /admin/targets/{id}/trip|reset</c>. Ids hold slashes, so what comes after the last one is
/// the command.
/// </summary>
internal sealed partial class TargetEndpoints(TargetDirectory directory, TargetEvents events, TimeProvider time, ILogger<TargetEndpoints> logger)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in (ReadOnlySpan<string>)["/admin/targets", "/parley/admin/targets"])
        {
            RequestDelegate list = ListAsync, one = GetAsync, command = CommandAsync;
            routes.MapGet(path, list).RequireRole(KeyRole.Admin);
            routes.MapGet(path + "/{**id}", one).RequireRole(KeyRole.Admin);
            routes.MapPost(path + "/{**id}", command).RequireRole(KeyRole.Admin);
        }
    }

    private Task ListAsync(HttpContext context) => AnswerAsync(context, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("items");
        foreach (var entry in directory.List()) TargetJson.Write(writer, entry, time);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private async Task GetAsync(HttpContext context)
    {
        if (await FindAsync(context, PathName.Read(context, "id")) is { } entry) await AnswerAsync(context, entry);
    }

    private async Task CommandAsync(HttpContext context)
    {
        var path = PathName.Read(context, "id");
        var slash = path.LastIndexOf('/');
        var command = slash < 0 ? "" : path[(slash + 1)..];
        if (command is not ("trip" or "reset"))
        {
            await ErrorWriter.WriteAsync(context, new GatewayError(GatewayErrorKind.NotFound, "Nothing can be posted here. POST /admin/targets/{id}/trip takes a target out, POST /admin/targets/{id}/reset brings it back."), ErrorShape.Admin);
            return;
        }

        if (await FindAsync(context, path[..slash]) is not { } entry) return;
        var actor = context.GetCaller().KeyId;
        if (command == "reset")
        {
            Reset(entry.State);
            LogReset(logger, entry.Id, actor);
        }
        else
        {
            var (trip, error) = await TargetTrip.ReadAsync(context);
            if (trip is null)
            {
                await ErrorWriter.WriteAsync(context, error!, ErrorShape.Admin);
                return;
            }

            Trip(entry.State, trip);
            LogTripped(logger, entry.Id, actor);
        }

        await AnswerAsync(context, entry);
    }

    private void Trip(TargetState target, TargetTrip trip)
    {
        for (var credential = 0; credential < target.Breakers.Length; credential++)
            events.Note(target, credential, target.Breakers[credential].Trip(time.GetTimestamp(), trip.Wait, trip.Reason));
    }

    private void Reset(TargetState target)
    {
        for (var credential = 0; credential < target.Breakers.Length; credential++)
            events.Note(target, credential, target.Breakers[credential].Reset(time.GetTimestamp()));
    }

    private async Task<TargetEntry?> FindAsync(HttpContext context, string id)
    {
        var (entry, nearest) = directory.Find(id);
        if (entry is not null) return entry;
        var shown = id.Length > 100 ? id[..100] + "…" : id;
        var hint = nearest is null ? "" : $" Did you mean '{nearest}'?";
        await ErrorWriter.WriteAsync(
            context,
            new GatewayError(GatewayErrorKind.NotFound, $"There is no target '{shown}'.{hint} A target is provider/upstream-model; GET /admin/targets lists them.") { Code = "target_not_found" },
            ErrorShape.Admin);
        return null;
    }

    private Task AnswerAsync(HttpContext context, TargetEntry entry) => AnswerAsync(context, writer => TargetJson.Write(writer, entry, time));

    private static async Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, Relaxed);
        write(writer);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Audit: target {Target} was taken out by {Actor}")]
    private static partial void LogTripped(ILogger logger, string target, string actor);

    [LoggerMessage(Level = LogLevel.Information, Message = "Audit: target {Target} was reset by {Actor}")]
    private static partial void LogReset(ILogger logger, string target, string actor);
}
