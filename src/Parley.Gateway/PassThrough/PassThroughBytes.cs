using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.PassThrough;

/// <summary>
/// Passes an answer's bytes on as they come, each read flushed, one block in memory. The record is written before the last of them is sent where
/// the length is known, else before the end is told.
/// </summary>
internal static class PassThroughBytes
{
    private const int Block = 64 * 1024;

    /// <param name="sending">The call, whose headers have come.</param>
    /// <param name="settlement">Writes the record.</param>
    /// <param name="usage">Looks at the bytes; null when nobody does.</param>
    internal static async ValueTask RelayAsync(PassThroughSending sending, PassThroughSettlement settlement, RawUsage? usage)
    {
        var (exchange, reply) = (sending.Exchange, sending.Reply);
        var hasBody = reply.Status is not (204 or 205 or 304) && !HttpMethods.IsHead(exchange.Http.Request.Method);
        var declared = hasBody ? reply.ContentLength : 0;
        var block = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            await using var body = reply.OpenAsItCame(sending.Deadline.Token);
            long passed = 0;
            var isBegun = false;
            while (true)
            {
                var reading = body.ReadAsync(block, sending.Deadline.Token);
                if (!reading.IsCompleted) sending.AwaitNext();
                var read = await reading;
                if (read == 0) break;
                usage?.Observe(block.AsSpan(0, read));
                passed += read;
                if (passed == declared) await EndAsync();
                if (!isBegun) Begin(sending);
                isBegun = true;
                await WriteAsync(sending, block.AsMemory(0, read));
            }

            await EndAsync();
            if (!isBegun) Begin(sending);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        ValueTask EndAsync()
        {
            usage?.Complete();
            return settlement.SettleAsync(exchange, reply.Status);
        }
    }

    // Not before the first bytes are there: until then a failure still has an honest status.
    private static void Begin(PassThroughSending sending)
    {
        var response = sending.Exchange.Http.Response;
        response.StatusCode = sending.Reply.Status;
        PassThroughHeaders.CopyDown(sending.Reply, response.Headers);
        PassThroughHeaders.SetAnswered(sending.Exchange);
        if (sending.Reply.Status is not (204 or 205 or 304)) response.ContentLength = sending.Reply.ContentLength;
        if (sending.Exchange.IsStream) response.Headers["X-Accel-Buffering"] = "no";
    }

    // A caller who reads slowly is not the provider's silence.
    private static ValueTask<FlushResult> WriteAsync(PassThroughSending sending, ReadOnlyMemory<byte> bytes)
    {
        var writing = sending.Exchange.Http.Response.BodyWriter.WriteAsync(bytes, sending.Exchange.Aborted);
        if (!writing.IsCompleted) sending.Deadline.Within(Timeout.InfiniteTimeSpan, AttemptStep.Idle);
        return writing;
    }
}
