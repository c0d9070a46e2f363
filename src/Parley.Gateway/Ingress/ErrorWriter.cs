using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Dialects.AnthropicMessages;
using Parley.Gateway.Exchange;
using Parley.Gateway.Mcp;

namespace Parley.Gateway.Ingress;

/// <summary>Writes a <see cref="GatewayError"/> as the answer, in the caller's shape. The one place where an error becomes HTTP.</summary>
internal static class ErrorWriter
{
    /// <summary>Writes the error in the shape of the request's surface. Does nothing when the answer has already begun.</summary>
    internal static Task WriteAsync(HttpContext context, GatewayError error) =>
        WriteAsync(context, error, ErrorShapes.For(context.Request));

    internal static async Task WriteAsync(HttpContext context, GatewayError error, ErrorShape shape)
    {
        var response = context.Response;
        if (response.HasStarted) return;
        response.StatusCode = GatewayErrorTable.StatusOf(error);
        response.ContentType = "application/json";
        if (error.RetryAfter is { } wait && response.Headers.RetryAfter.Count == 0) SetRetryAfter(context, wait);
        // RFC 9110 §11.6.1: a 401 names the scheme that would be accepted. A provider's 401 that is passed on is not about the caller's key: another one would not help.
        if (error.Kind == GatewayErrorKind.Unauthenticated && response.StatusCode == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = ProtectedResourceEndpoint.Challenge(context.Request);
        if (HttpMethods.IsHead(context.Request.Method)) return;

        using (var writer = new Utf8JsonWriter(response.BodyWriter, Relaxed)) WriteBody(writer, context, error, shape);
        await response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Says how long to wait, in whole seconds and at least one.</summary>
    internal static void SetRetryAfter(HttpContext context, TimeSpan wait) =>
        context.Response.Headers.RetryAfter = ((long)Math.Ceiling(Math.Max(1, wait.TotalSeconds))).ToString(CultureInfo.InvariantCulture);

    // The answer is JSON, never HTML: quotes in a message stay readable.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static void WriteBody(Utf8JsonWriter writer, HttpContext context, GatewayError error, ErrorShape shape)
    {
        writer.WriteStartObject();
        switch (shape)
        {
            case ErrorShape.Simple:
                writer.WriteString("error", error.Message);
                break;
            case ErrorShape.Detail:
                writer.WriteString("detail", error.Message);
                break;
            case ErrorShape.Azure:
                writer.WriteStartObject("error");
                writer.WriteString("code", AzureCode(error));
                writer.WriteString("message", error.Message);
                if (error.Param is not null) writer.WriteString("param", error.Param);
                writer.WriteEndObject();
                break;
            case ErrorShape.Admin:
                writer.WriteStartObject("error");
                writer.WriteString("code", GatewayErrorTable.CodeOf(error) ?? "bad_request");
                writer.WriteString("message", error.Message);
                writer.WriteString("path", error.Param ?? context.Request.Path.Value);
                if (error.Details.Count > 0) WriteDetails(writer, error.Details);
                writer.WriteEndObject();
                break;
            case ErrorShape.Anthropic:
                WriteAnthropic(writer, context, error);
                break;
            case ErrorShape.Gemini:
                WriteGemini(writer, error);
                break;
            case ErrorShape.JsonRpc:
                WriteJsonRpc(writer, error);
                break;
            default:
                writer.WriteStartObject("error");
                writer.WriteString("message", error.Message);
                writer.WriteString("type", GatewayErrorTable.Of(error.Kind).Type);
                writer.WriteString("param", error.Param);
                writer.WriteString("code", GatewayErrorTable.CodeOf(error));
                writer.WriteEndObject();
                break;
        }

        writer.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter writer, IReadOnlyList<GatewayErrorDetail> details)
    {
        writer.WriteStartArray("errors");
        foreach (var detail in details)
        {
            writer.WriteStartObject();
            writer.WriteString("path", detail.Path);
            writer.WriteString("message", detail.Message);
            if (detail.File is not null) writer.WriteString("file", detail.File);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteAnthropic(Utf8JsonWriter writer, HttpContext context, GatewayError error)
    {
        writer.WriteString("type", "error");
        writer.WriteStartObject("error");
        writer.WriteString("type", AnthropicErrorType.Of(error));
        writer.WriteString("message", error.Message);
        // Where its clients look before they send a conversation whole again.
        if (error.Code == MessagesThread.NotFound)
        {
            writer.WriteStartObject("details");
            writer.WriteString("error_code", error.Code);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteString("request_id", context.Features.Get<RequestIdentity>()?.Id.ToString());
    }

    // Without an id, because no message was read. -32000 is the first of the codes that JSON-RPC leaves to implementations.
    private static void WriteJsonRpc(Utf8JsonWriter writer, GatewayError error)
    {
        writer.WriteString("jsonrpc", "2.0");
        writer.WriteStartObject("error");
        writer.WriteNumber("code", -32000);
        writer.WriteString("message", error.Message);
        if (GatewayErrorTable.CodeOf(error) is { } code)
        {
            writer.WriteStartObject("data");
            writer.WriteString("code", code);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteGemini(Utf8JsonWriter writer, GatewayError error)
    {
        var status = GatewayErrorTable.StatusOf(error);
        writer.WriteStartObject("error");
        writer.WriteNumber("code", status);
        writer.WriteString("message", error.Message);
        writer.WriteString("status", GoogleStatus.Of(status));
        if (error.Param is not null || error.RetryAfter is not null)
        {
            writer.WriteStartArray("details");
            if (error.Param is not null) WriteFieldViolation(writer, error.Param, error.Message);
            if (error.RetryAfter is { } wait) WriteRetryInfo(writer, wait);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    // google.rpc.BadRequest: how Google names the field.
    private static void WriteFieldViolation(Utf8JsonWriter writer, string field, string description)
    {
        writer.WriteStartObject();
        writer.WriteString("@type", "type.googleapis.com/google.rpc.BadRequest");
        writer.WriteStartArray("fieldViolations");
        writer.WriteStartObject();
        writer.WriteString("field", field);
        writer.WriteString("description", description);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // google.rpc.RetryInfo: Google's clients wait by it, not by Retry-After. A google.protobuf.Duration is seconds with an "s".
    private static void WriteRetryInfo(Utf8JsonWriter writer, TimeSpan wait)
    {
        writer.WriteStartObject();
        writer.WriteString("@type", "type.googleapis.com/google.rpc.RetryInfo");
        writer.WriteString("retryDelay", string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(Math.Max(1, wait.TotalSeconds)):0}s"));
        writer.WriteEndObject();
    }

    // Azure's front door answers with the status as the code, its models with words (DeploymentNotFound, content_filter).
    private static string AzureCode(GatewayError error) => error.Kind switch
    {
        GatewayErrorKind.NotFound when error.Code == "model_not_found" => "DeploymentNotFound",
        GatewayErrorKind.BadRequest => "BadRequest",
        _ => GatewayErrorTable.StatusOf(error).ToString(CultureInfo.InvariantCulture),
    };
}
