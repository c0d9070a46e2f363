using Parley.Dialects.Json;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.SimpleApi;

/// <summary>Reads the fields of a request; further ones are ignored.</summary>
internal static class SimpleFields
{
    private const int LongestModelId = 256;

    /// <summary>The body as an object.</summary>
    internal static GatewayError? ReadBody(ReadOnlyMemory<byte> body, out JsonValue root)
    {
        root = default;
        if (body.Span.Trim(" \t\r\n"u8).IsEmpty) return Bad("The request has no body. Send a JSON object.", null);
        if (!JsonValue.TryParse(body, out root)) return Bad("The body is not valid JSON, or nested deeper than 64 levels.", null);
        return root.IsObject ? null : Bad("The body must be a JSON object.", null);
    }

    /// <summary>A field that has to be there, with at least one character.</summary>
    internal static GatewayError? ReadText(JsonValue root, ReadOnlySpan<byte> name, out JsonString text)
    {
        var value = root.Member(name);
        text = value.AsString();
        if (text is { IsPresent: true, IsEmpty: false }) return null;
        var shown = System.Text.Encoding.ASCII.GetString(name);
        return Bad(value.IsNull ? $"'{shown}' is missing." : value.IsString ? $"'{shown}' must not be empty." : $"'{shown}' must be a string.", shown);
    }

    /// <summary><c>modelId</c>.</summary>
    internal static GatewayError? ReadModelId(JsonValue root, out string modelId)
    {
        modelId = "";
        if (ReadText(root, "modelId"u8, out var text) is { } wrong) return wrong;
        if (text.Span.Length > LongestModelId) return Bad($"'modelId' is longer than {LongestModelId} bytes.", "modelId");
        modelId = text.ToText();
        return modelId.Any(char.IsControl) ? Bad("'modelId' must not hold control characters.", "modelId") : null;
    }

    internal static GatewayError Bad(string message, string? param) => new(GatewayErrorKind.BadRequest, message) { Param = param };
}
