using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Gateway.Access;
using Parley.Gateway.Calls;
using Parley.Gateway.Configuration;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.SimpleApi;

/// <summary>The simple REST API under <c>/api</c>, without its users (contracts §1).</summary>
internal sealed class SimpleEndpoints(SimpleChat chat, SnapshotHolder snapshots, BufferedBytesBudget budget, TimeProvider time)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal void Map(IEndpointRouteBuilder routes)
    {
        RequestDelegate list = ListAsync, ask = context => AskAsync(context, isVision: false), look = context => AskAsync(context, isVision: true), ping = PingAsync;
        routes.MapGet("/api/models", list).RequireRole(KeyRole.Inference);
        routes.MapPost("/api/chat", ask).RequireRole(KeyRole.Inference);
        routes.MapPost("/api/chat/vision", look).RequireRole(KeyRole.Inference);
        routes.MapGet("/api/ping", ping).AllowWithoutKey();
    }

    private Task ListAsync(HttpContext context)
    {
        var models = SimpleModels.List(snapshots.Current, context.GetCaller());
        return WriteAsync(context, writer =>
        {
            writer.WriteStartArray("models");
            foreach (var model in models) Write(writer, model);
            writer.WriteEndArray();
            writer.WriteNumber("count", models.Count);
        });
    }

    private Task PingAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        // Microseconds, because Python before 3.11 reads no finer ones.
        var now = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
        return WriteAsync(context, writer =>
        {
            writer.WriteString("status", "healthy");
            writer.WriteString("timestamp", now);
            writer.WriteString("service", "Multi-Provider LLM API");
        });
    }

    private async Task AskAsync(HttpContext context, bool isVision)
    {
        var config = snapshots.Current.Config;
        using var body = new RequestBody(budget, config.Limits.BufferedBytes);
        // The call's own body, written from this one, is about as long.
        var refused = await RequestBodyReader.ReadAsync(context, body, config.Limits) ?? (body.TryReserve(body.Length) ? null : RequestBodyReader.NoRoom());
        SimpleRequest request = default;
        refused ??= SimpleRequest.Read(body.Memory, isVision, config.Media.MaxBytes, out request);
        if (refused is not null)
        {
            await ErrorWriter.WriteAsync(context, SimpleErrors.Of(refused), ErrorShape.Simple);
            return;
        }

        var answer = await chat.AskAsync(CallOrigin.Of(context), request, context.RequestAborted);
        CallHeaders.CopyTo(answer.Headers, context.Response);
        if (answer.Error is { } error)
        {
            await ErrorWriter.WriteAsync(context, SimpleErrors.Of(error), ErrorShape.Simple);
            return;
        }

        await WriteAsync(context, writer =>
        {
            writer.WriteString("response", answer.Text);
            writer.WriteString("modelId", request.ModelId);
            // Who really answered, which after a failure need not be who is listed.
            writer.WriteString("providerName", SimpleModels.ProviderShown(config, answer.Headers["x-parley-provider"].ToString()));
        });
    }

    private static void Write(Utf8JsonWriter writer, SimpleModel model)
    {
        writer.WriteStartObject();
        writer.WriteString("modelId", model.ModelId);
        writer.WriteString("modelName", model.ModelName);
        writer.WriteString("providerName", model.ProviderName);
        if (model.Temperature is { } temperature) writer.WriteNumber("temperature", temperature);
        else writer.WriteNull("temperature");
        writer.WriteBoolean("supportsVision", model.SupportsVision);
        writer.WriteString("description", model.Description);
        writer.WriteEndObject();
    }

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        using (var writer = new Utf8JsonWriter(context.Response.BodyWriter, Relaxed))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
