using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Gateway.Access;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Admin;

/// <summary><c>POST /admin/reload</c>: reads the configuration now. A wrong one is answered 400 with every error, and changes nothing.</summary>
internal sealed class ReloadEndpoint(ConfigurationUse configuration)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in (ReadOnlySpan<string>)["/admin/reload", "/parley/admin/reload"])
            routes.MapPost(path, RunAsync).RequireRole(KeyRole.Admin);
    }

    private async Task RunAsync(HttpContext context)
    {
        var result = await Task.Run(configuration.Reloader.Reload, context.RequestAborted);
        context.Response.StatusCode = result.Config is null ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        if (result.Config is { } config) WriteUsed(writer, config, [.. result.Warnings, .. result.LeftOut.Select(static entry => entry.ToString())]);
        else WriteRefused(writer, result.Errors);
        writer.WriteEndObject();
    }

    private static void WriteUsed(Utf8JsonWriter writer, ParleyConfig config, IReadOnlyList<string> warnings)
    {
        writer.WriteString("status", "reloaded");
        writer.WriteNumber("providers", config.Providers.Count);
        writer.WriteNumber("models", config.Models.Count);
        writer.WriteStartArray("warnings");
        foreach (var warning in warnings) writer.WriteStringValue(warning);
        writer.WriteEndArray();
    }

    private static void WriteRefused(Utf8JsonWriter writer, IReadOnlyList<ConfigurationError> errors)
    {
        writer.WriteStartObject("error");
        writer.WriteString("code", "configuration_invalid");
        writer.WriteString("message", $"The configuration has {errors.Count} error(s) and is not used; the former one stays in use. First: {errors[0]}");
        writer.WriteString("path", errors[0].Path);
        writer.WriteStartArray("errors");
        foreach (var error in errors) writer.WriteStringValue(error.ToString());
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
