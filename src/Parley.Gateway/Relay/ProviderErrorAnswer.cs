using System.Buffers;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Providers.Transport;

namespace Parley.Gateway.Relay;

/// <summary>A provider's error answer, read whole (bounded), so that it can be passed on as it came if no other target is tried.</summary>
internal sealed class ProviderErrorAnswer(int status, byte[] body)
{
    private const int LongestBody = 256 * 1024;

    /// <summary>Reads the body; null when it is empty, too long or not JSON: our own words say more then.</summary>
    internal static async ValueTask<ProviderErrorAnswer?> ReadAsync(UpstreamReply reply, CancellationToken cancellation)
    {
        if (!reply.MediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase)) return null;
        var buffer = ArrayPool<byte>.Shared.Rent(LongestBody);
        try
        {
            await using var stream = reply.OpenBody(cancellation);
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            if (length == buffer.Length || buffer.AsSpan(0, length).TrimStart(" \t\r\n"u8) is not [(byte)'{', ..]) return null;
            return new ProviderErrorAnswer(reply.Status, buffer.AsSpan(0, length).ToArray());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal ReadOnlyMemory<byte> Body => body;

    internal async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
