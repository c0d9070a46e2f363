using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Ingress;

/// <summary>
/// <c>GET …/models</c> and <c>…/models/{id}</c>: the catalogue as this key sees it, never a provider's own list (contracts §5), in the
/// shape that the path and the headers ask for: the same that an error there would have.
/// </summary>
internal sealed class ModelEndpoints(SnapshotHolder snapshots, ModelDirectory directory)
{
    private static readonly string[] NativePrefixes = ["/anthropic/v1", "/v1beta", "/genai/v1beta"];

    internal void Map(IEndpointRouteBuilder routes)
    {
        foreach (var prefix in (string[])["", .. SurfaceEndpoints.OpenAIPrefixes, "/openai", .. NativePrefixes])
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
        switch (ErrorShapes.For(context.Request))
        {
            case ErrorShape.Anthropic:
                var (page, wrong) = AnthropicModelList.Choose(context.Request.Query, listed);
                await AnswerAsync(context, wrong, writer => AnthropicModelList.Write(writer, listed, page));
                break;
            case ErrorShape.Gemini:
                var (part, bad) = GeminiModelList.Choose(context.Request.Query, listed);
                await AnswerAsync(context, bad, writer => GeminiModelList.Write(writer, listed, part));
                break;
            default:
                await AnswerAsync(context, null, writer => OpenAIModelList.Write(writer, listed));
                break;
        }
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

        Action<Utf8JsonWriter, ListedModel> write = ErrorShapes.For(context.Request) switch
        {
            ErrorShape.Anthropic => AnthropicModelList.Write,
            ErrorShape.Gemini => GeminiModelList.Write,
            _ => OpenAIModelList.Write,
        };
        await AnswerAsync(context, null, writer => write(writer, found));
    }

    private static async Task AnswerAsync(HttpContext context, GatewayError? error, Action<Utf8JsonWriter> write)
    {
        if (error is not null)
        {
            await ErrorWriter.WriteAsync(context, error);
            return;
        }

        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        write(writer);
    }
}
