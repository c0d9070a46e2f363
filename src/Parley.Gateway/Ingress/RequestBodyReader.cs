using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Ingress;

/// <summary>Reads a body into memory: the declared length is checked first, then what really comes, then the sum of all bodies.</summary>
internal static class RequestBodyReader
{
    // A body that claims to be large gets its room as it arrives, so that a claim alone cannot empty the budget.
    private const int TrustedClaim = 256 * 1024;
    private const int FirstRoom = 16 * 1024;

    /// <summary>Fills <paramref name="body"/>; null when all is well.</summary>
    /// <param name="context">The request.</param>
    /// <param name="body">Where its body goes.</param>
    /// <param name="limits">How large it may be.</param>
    /// <param name="content">What it may be.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal static async ValueTask<GatewayError?> ReadAsync(HttpContext context, RequestBody body, LimitsConfig limits, BodyContent content = BodyContent.Json)
    {
        var request = context.Request;
        if (CheckHeaders(request, limits.BodyBytes, content) is { } wrong) return wrong;

        var claimed = request.ContentLength;
        if (!body.TryGrow(claimed is null ? FirstRoom : (int)Math.Clamp(claimed.Value, 1, TrustedClaim))) return NoRoom();

        var reader = request.BodyReader;
        while (true)
        {
            if (!reader.TryRead(out var read)) read = await reader.ReadAsync(context.RequestAborted);
            var bytes = read.Buffer;
            var refused = body.Length + bytes.Length > limits.BodyBytes ? TooLarge(limits.BodyBytes) : body.TryGrow((int)bytes.Length) ? null : NoRoom();
            if (refused is null) body.Append(bytes);
            // Also when it is refused: Kestrel cannot finish a request whose read was never ended.
            reader.AdvanceTo(bytes.End);
            if (refused is not null) return refused;
            if (read.IsCompleted) return null;
        }
    }

    private static GatewayError? CheckHeaders(HttpRequest request, long bodyLimit, BodyContent content)
    {
        if (request.ContentLength > bodyLimit) return TooLarge(bodyLimit);
        if (content == BodyContent.Anything) return null;
        if (request.Headers.ContentEncoding.Count > 0 && !string.Equals(request.Headers.ContentEncoding, "identity", StringComparison.OrdinalIgnoreCase))
            return new GatewayError(GatewayErrorKind.UnsupportedMediaType, "Compressed request bodies are not accepted. Send the body without Content-Encoding.");
        // A missing content type is taken for JSON: the body itself is checked anyway.
        if (string.IsNullOrEmpty(request.ContentType) || IsJson(request.ContentType)) return null;
        if (content == BodyContent.JsonOrForm)
        {
            return IsForm(request.ContentType)
                ? null
                : new GatewayError(GatewayErrorKind.UnsupportedMediaType, "The body must be a form or JSON: send it with Content-Type: multipart/form-data (with its boundary) or application/json.");
        }

        return new GatewayError(GatewayErrorKind.UnsupportedMediaType, "The body must be JSON: send it with Content-Type: application/json.");
    }

    /// <summary>True for <c>multipart/form-data</c>, whatever its parameters.</summary>
    internal static bool IsForm(ReadOnlySpan<char> contentType) => TypeOf(contentType).Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> TypeOf(ReadOnlySpan<char> contentType)
    {
        var end = contentType.IndexOf(';');
        return (end < 0 ? contentType : contentType[..end]).Trim();
    }

    private static bool IsJson(ReadOnlySpan<char> contentType)
    {
        var type = TypeOf(contentType);
        return type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static GatewayError TooLarge(long limit) =>
        new(GatewayErrorKind.BodyTooLarge, $"The request body is larger than {limit} bytes (limits.bodyBytes). Send a smaller one, or ask the operator to raise the limit.");

    internal static GatewayError NoRoom() =>
        new(GatewayErrorKind.Overloaded, "Too many request bodies are in memory right now. Try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(1) };
}
