using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Users;

/// <summary>The body of a call: what of the three fields it has. Other fields are ignored, and so is a field that is null.</summary>
internal sealed record UserRequest
{
    private const int MostBytes = 64 * 1024;

    public string? Username { get; private init; }

    /// <summary>As it was sent: base64, or not.</summary>
    public string? Password { get; private init; }

    public bool? IsAdmin { get; private init; }

    public static async ValueTask<(UserRequest? Request, GatewayError? Error)> ReadAsync(HttpContext context, BufferedBytesBudget budget, LimitsConfig limits)
    {
        var most = Math.Min(MostBytes, limits.BodyBytes);
        using var body = new RequestBody(budget, limits.BufferedBytes);
        if (await RequestBodyReader.ReadAsync(context, body, limits with { BodyBytes = most }).ConfigureAwait(false) is { } error)
            return (null, error.Kind == GatewayErrorKind.BodyTooLarge ? error with { Message = $"The request body is larger than {most} bytes." } : error);
        try
        {
            using var document = JsonDocument.Parse(body.Memory);
            return Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            // The parser's own text may repeat a part of the body, where a password may be.
            return (null, UserErrors.Invalid($"The body is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})."));
        }
    }

    private static (UserRequest?, GatewayError?) Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return (null, UserErrors.Invalid("The body must be a JSON object."));
        if (!TryText(root, "username", out var username)) return (null, UserErrors.Invalid("username must be a string of Unicode text."));
        if (!TryText(root, "password", out var password)) return (null, UserErrors.Invalid("password must be a string: base64 of the password."));
        var isAdmin = root.TryGetProperty("isAdmin", out var flag) && flag.ValueKind != JsonValueKind.Null ? flag.ValueKind : JsonValueKind.Undefined;
        if (isAdmin is not (JsonValueKind.Undefined or JsonValueKind.True or JsonValueKind.False)) return (null, UserErrors.Invalid("isAdmin must be true or false."));
        return (new UserRequest { Username = username, Password = password, IsAdmin = isAdmin == JsonValueKind.Undefined ? null : isAdmin == JsonValueKind.True }, null);
    }

    private static bool TryText(JsonElement root, string name, out string? text)
    {
        text = null;
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return true;
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate escape (\ud800) is valid JSON and no text.
            return false;
        }
    }
}
