using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Gateway.Access;

/// <summary>The admin API's keys, under <c>/admin/keys</c> and <c>/parley/admin/keys</c> (Azure Functions keeps <c>/admin</c> for itself).</summary>
internal static class KeyEndpoints
{
    private const int MaxBody = 512 * 1024;

    // A key that an operator brings is shown as it is, not with its quotes and ampersands escaped: the answer is JSON, never HTML.
    private static readonly KeyJsonContext Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Maps the calls; all of them require the role admin.</summary>
    public static void MapKeyEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var keys = endpoints.ServiceProvider.GetRequiredService<KeyService>();
        foreach (var path in (ReadOnlySpan<string>)["/admin/keys", "/parley/admin/keys"])
        {
            endpoints.MapPost(path, context => CreateAsync(context, keys)).RequireRole(KeyRole.Admin);
            endpoints.MapGet(path, context => ListAsync(context, keys)).RequireRole(KeyRole.Admin);
            endpoints.MapGet(path + "/{id}", context => GetAsync(context, keys)).RequireRole(KeyRole.Admin);
            endpoints.MapPatch(path + "/{id}", context => UpdateAsync(context, keys)).RequireRole(KeyRole.Admin);
            endpoints.MapDelete(path + "/{id}", context => DeleteAsync(context, keys)).RequireRole(KeyRole.Admin);
        }
    }

    private static async Task CreateAsync(HttpContext context, KeyService keys)
    {
        using var body = await ReadAsync(context).ConfigureAwait(false);
        if (body is null) return;
        var draft = KeyDraftReader.Create(body.RootElement, out var error);
        var outcome = error is not null
            ? new KeyOutcome(error)
            : await keys.CreateAsync(draft, KeyActor.Of(context.GetCaller()), context.RequestAborted).ConfigureAwait(false);
        if (outcome.Key is { } key) context.Response.Headers.Location = $"{context.Request.PathBase}{context.Request.Path}/{key.Id}";
        await WriteAsync(context, outcome, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static Task ListAsync(HttpContext context, KeyService keys) =>
        WriteAsync(context, 200, new KeyListResponse([.. keys.List().Select(static key => KeyResponse.Of(key))]), Json.KeyListResponse);

    private static Task GetAsync(HttpContext context, KeyService keys) =>
        WriteAsync(context, keys.Find(Id(context)) is { } key ? new KeyOutcome(key) : new KeyOutcome(KeyError.NotFound(Id(context))), 200);

    private static async Task UpdateAsync(HttpContext context, KeyService keys)
    {
        using var body = await ReadAsync(context).ConfigureAwait(false);
        if (body is null) return;
        var outcome = await keys.UpdateAsync(Id(context), Edit, KeyActor.Of(context.GetCaller()), context.RequestAborted).ConfigureAwait(false);
        await WriteAsync(context, outcome, 200).ConfigureAwait(false);

        (KeyDraft, KeyError?) Edit(KeyDraft draft)
        {
            var changed = KeyDraftReader.Update(body.RootElement, draft, out var error);
            return (changed, error);
        }
    }

    private static async Task DeleteAsync(HttpContext context, KeyService keys)
    {
        var outcome = await keys.DeleteAsync(Id(context), KeyActor.Of(context.GetCaller()), context.RequestAborted).ConfigureAwait(false);
        if (outcome.Error is null) context.Response.StatusCode = StatusCodes.Status204NoContent;
        else await WriteAsync(context, outcome, 204).ConfigureAwait(false);
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    /// <summary>The body as JSON; null when it is none, and then the answer has been written.</summary>
    private static async Task<JsonDocument?> ReadAsync(HttpContext context)
    {
        KeyError error;
        try
        {
            if (context.Request.HasJsonContentType())
            {
                if (await ReadBoundedAsync(context).ConfigureAwait(false) is { } bytes) return JsonDocument.Parse(bytes);
                error = new KeyError(413, "body_too_large", $"The body is larger than {MaxBody / 1024} KB.");
            }
            else
            {
                error = new KeyError(415, "unsupported_media_type", "The body is JSON: send it with Content-Type: application/json.");
            }
        }
        catch (JsonException e)
        {
            // The parser's own text may repeat a part of the body, where a key may be.
            error = new KeyError(400, "invalid_json", $"The body is not valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).");
        }

        await WriteAsync(context, new KeyOutcome(error), 400).ConfigureAwait(false);
        return null;
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadBoundedAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBody) return null;
        var buffer = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted).ConfigureAwait(false)) > 0)
        {
            if (buffer.Length + read > MaxBody) return null;
            buffer.Write(chunk, 0, read);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static Task WriteAsync(HttpContext context, KeyOutcome outcome, int status) => outcome.Error is { } error
        ? WriteAsync(context, error.Status, new KeyErrorResponse(new KeyErrorBody(error.Code, error.Message, error.Path)), Json.KeyErrorResponse)
        : WriteAsync(context, status, KeyResponse.Of(outcome.Key!, outcome.Clear), Json.KeyResponse);

    private static Task WriteAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(value, type, cancellationToken: context.RequestAborted);
    }
}
