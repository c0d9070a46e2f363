using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Parley.Gateway.Exchange;
using Parley.Gateway.Relay;

namespace Parley.Gateway.Ingress;

/// <summary>
/// The outermost step: gives the request its id, refuses headers that are too large in the caller's own shape, and turns what
/// nobody caught into an answer.
/// </summary>
internal sealed partial class EntranceMiddleware(RequestDelegate next, TimeProvider time, ILogger<EntranceMiddleware> logger)
{
    /// <summary>All headers together. Kestrel's own limit is set above it, because Kestrel refuses without a body.</summary>
    internal const int HeaderBytes = 32 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        var identity = new RequestIdentity(Ulid.New(time.GetUtcNow()));
        context.Features.Set(identity);
        ExchangeHeaders.SetRequestId(context, identity.Text);
        try
        {
            if (HeaderSize(context.Request.Headers) > HeaderBytes) await ErrorWriter.WriteAsync(context, TooLarge);
            else await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller left; there is nobody to answer.
        }
        catch (BadHttpRequestException exception)
        {
            await ErrorWriter.WriteAsync(context, new GatewayError(GatewayErrorKind.BadRequest, $"The request could not be read: {exception.Message}") { Status = exception.StatusCode });
        }
        catch (Exception exception)
        {
            LogDefect(logger, exception, identity.Id);
            if (context.Response.HasStarted) context.Abort();
            else await ErrorWriter.WriteAsync(context, new GatewayError(GatewayErrorKind.Internal, $"Parley failed on this request. Quote request id {identity.Id} to the operator."));
        }
    }

    private static int HeaderSize(IHeaderDictionary headers)
    {
        // Copied out, because to enumerate the interface makes an object of 180 bytes per request.
        var count = headers.Count;
        var copy = ArrayPool<KeyValuePair<string, StringValues>>.Shared.Rent(count);
        headers.CopyTo(copy, 0);
        var size = 0;
        foreach (var (name, values) in copy.AsSpan(0, count))
        {
            for (var i = 0; i < values.Count; i++) size += name.Length + (values[i]?.Length ?? 0) + 4;
        }

        // They hold keys, which must not stay in a pool.
        ArrayPool<KeyValuePair<string, StringValues>>.Shared.Return(copy, clearArray: true);
        return size;
    }

    private static readonly GatewayError TooLarge = new(GatewayErrorKind.BadRequest, $"The request's headers are larger than {HeaderBytes} bytes together. Send fewer or shorter ones.")
    {
        Status = StatusCodes.Status431RequestHeaderFieldsTooLarge,
        Code = "headers_too_large",
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {RequestId} failed inside Parley")]
    private static partial void LogDefect(ILogger logger, Exception exception, Ulid requestId);
}
