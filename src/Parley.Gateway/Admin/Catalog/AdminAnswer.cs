using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Parley.Gateway.Admin.Catalog;

/// <summary>A JSON answer that nobody on the way may keep.</summary>
internal static class AdminAnswer
{
    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, EntryText.Relaxed);
        write(writer);
    }
}
