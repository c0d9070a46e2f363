using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Parley.Gateway.Users;

/// <summary>The answers of contracts §1.</summary>
internal static class UserAnswers
{
    // The answer is JSON, never HTML: names stay readable.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{"user":{username, password, isAdmin}}</c>.</summary>
    /// <param name="context">The call.</param>
    /// <param name="status">201 or 200.</param>
    /// <param name="user">The user.</param>
    /// <param name="password">What this very request carried; null leaves the field out. What is stored is never sent.</param>
    public static Task UserAsync(HttpContext context, int status, UserOutcome user, string? password) => WriteAsync(context, status, writer =>
    {
        writer.WriteStartObject("user");
        writer.WriteString("username", user.Name);
        if (password is not null) writer.WriteString("password", password);
        writer.WriteBoolean("isAdmin", user.IsAdmin);
        writer.WriteEndObject();
    });

    public static Task DeletedAsync(HttpContext context, string name) =>
        WriteAsync(context, StatusCodes.Status200OK, writer => writer.WriteString("message", $"User '{name}' deleted successfully."));

    private static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        var writer = new Utf8JsonWriter(context.Response.BodyWriter, Relaxed);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
    }
}
