using System.Text.Json.Nodes;
using Parley.Dialects;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>An error body as the surface's own vendor would have written it; anything else fails the test.</summary>
/// <param name="Message">What the caller reads.</param>
/// <param name="Type">OpenAI's and Anthropic's <c>type</c>, Google's <c>status</c>.</param>
/// <param name="Code">OpenAI's code; null elsewhere.</param>
/// <param name="Field">The field it is about, where the dialect has a place for it.</param>
internal sealed record SurfaceError(string Message, string Type, string? Code, string? Field)
{
    internal static SurfaceError Read(CallerSurface surface, Wire.Answer answer, int status)
    {
        Assert.True(answer.Status == status, $"{answer.Status} instead of {status}: {answer.Body}");
        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.DoesNotContain(TranslationGateway.KeyMark, answer.Body, StringComparison.Ordinal);
        Assert.NotNull(answer.Header("x-request-id"));
        return surface.Dialect switch
        {
            Dialect.AnthropicMessages => Anthropic(answer.Json.AsObject()),
            Dialect.GeminiContent => Gemini(answer.Json, status),
            _ => OpenAI(answer.Json),
        };
    }

    private static SurfaceError OpenAI(JsonNode body)
    {
        var error = body["error"]!.AsObject();
        Assert.Equal(["code", "message", "param", "type"], error.Select(member => member.Key).Order());
        return Checked(new SurfaceError((string)error["message"]!, (string)error["type"]!, (string?)error["code"], (string?)error["param"]));
    }

    private static SurfaceError Anthropic(JsonObject body)
    {
        Assert.Equal(["error", "request_id", "type"], body.Select(member => member.Key).Order());
        Assert.Equal("error", (string?)body["type"]);
        var error = body["error"]!.AsObject();
        Assert.Equal(["message", "type"], error.Select(member => member.Key).Where(name => name != "details").Order());
        // The closed list of docs.claude.com/en/api/errors.
        Assert.Contains((string)error["type"]!, (string[])[
            "invalid_request_error", "authentication_error", "billing_error", "permission_error", "not_found_error", "request_too_large", "rate_limit_error",
            "api_error", "timeout_error", "overloaded_error"]);
        return Checked(new SurfaceError((string)error["message"]!, (string)error["type"]!, null, null));
    }

    private static SurfaceError Gemini(JsonNode body, int status)
    {
        var error = body["error"]!;
        Assert.Equal(status, (int)error["code"]!);
        var violations = (error["details"] as JsonArray)?.FirstOrDefault(detail => ((string)detail!["@type"]!).EndsWith("BadRequest", StringComparison.Ordinal));
        return Checked(new SurfaceError((string)error["message"]!, (string)error["status"]!, null, (string?)violations?["fieldViolations"]?[0]?["field"]));
    }

    private static SurfaceError Checked(SurfaceError error)
    {
        Assert.NotEmpty(error.Message);
        Assert.NotEmpty(error.Type);
        return error;
    }
}
