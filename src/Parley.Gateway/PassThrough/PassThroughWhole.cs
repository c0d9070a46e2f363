using System.Buffers;

namespace Parley.Gateway.PassThrough;

/// <summary>Writes an answer that was read whole, under the status and the headers of the provider's.</summary>
internal static class PassThroughWhole
{
    internal static async ValueTask WriteAsync(PassThroughSending sending, ReadOnlyMemory<byte> body)
    {
        var response = sending.Exchange.Http.Response;
        response.StatusCode = sending.Reply.Status;
        PassThroughHeaders.CopyDown(sending.Reply, response.Headers);
        // It was decoded to be read.
        response.Headers.ContentEncoding = default;
        PassThroughHeaders.SetAnswered(sending.Exchange);
        if (sending.Reply.Status is 204 or 205 or 304) return;
        response.ContentLength = body.Length;
        response.BodyWriter.Write(body.Span);
        await response.BodyWriter.FlushAsync(sending.Exchange.Aborted);
    }
}
