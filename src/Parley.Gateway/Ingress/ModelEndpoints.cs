using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Ingress;

/// <summary><c>GET …/models</c> and <c>…/models/{id}</c>: the catalogue as this key sees it, never a provider's own list (contracts §5).</summary>
internal sealed class ModelEndpoints(SnapshotHolder snapshots, ModelDirectory directory)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        foreach (var prefix in (string[])["", .. SurfaceEndpoints.OpenAIPrefixes, "/openai"])
        {
            RequestDelegate list = ListAsync, one = GetAsync;
            routes.MapGet(prefix + "/models", list).RequireRole(KeyRole.Inference);
            // Ids may hold slashes: azure/gpt-4o.
            routes.MapGet(prefix + "/models/{**id}", one).RequireRole(KeyRole.Inference);
        }
    }

    private async Task ListAsync(HttpContext context)
    {
        var listed = await directory.ListAsync(snapshots.Current, context.GetCaller(), context.RequestAborted);
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("object", "list");
        writer.WriteStartArray("data");
        foreach (var model in listed) Write(writer, model);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private async Task GetAsync(HttpContext context)
    {
        var id = PathName.Read(context, "id");
        var listed = await directory.ListAsync(snapshots.Current, context.GetCaller(), context.RequestAborted);
        if (listed.FirstOrDefault(model => model.Id == id) is not { } found)
        {
            var nearest = NearestName.Of(id, listed.Select(model => model.Id));
            var shown = id.Length > 100 ? id[..100] + "…" : id;
            await ErrorWriter.WriteAsync(context, new GatewayError(GatewayErrorKind.NotFound, $"The model '{shown}' does not exist.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}")
            {
                Code = "model_not_found",
                Param = "model",
            });
            return;
        }

        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        Write(writer, found);
    }

    private static void Write(Utf8JsonWriter writer, ListedModel model)
    {
        writer.WriteStartObject();
        writer.WriteString("id", model.Id);
        writer.WriteString("object", "model");
        writer.WriteNumber("created", model.FirstSeen.ToUnixTimeSeconds());
        writer.WriteString("owned_by", model.OwnedBy);
        writer.WriteString("status", "active");
        writer.WriteString("lifecycle_status", "stable");
        if (model.Capabilities is { } capabilities)
        {
            writer.WriteStartObject("capabilities");
            writer.WriteBoolean("chat_completion", capabilities.ChatCompletion);
            writer.WriteBoolean("embeddings", capabilities.Embeddings);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
