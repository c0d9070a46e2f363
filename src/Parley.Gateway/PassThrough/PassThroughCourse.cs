using Parley.Dialects;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;
using Parley.Gateway.Relay;

namespace Parley.Gateway.PassThrough;

/// <summary>Sends a passed-on call and hands its answer to whoever passes it on; every failure of the transport comes back as an error.</summary>
internal sealed class PassThroughCourse(BufferedBytesBudget budget, TimeProvider time)
{
    /// <param name="exchange">The call; its provider is chosen.</param>
    /// <param name="address">Where it goes.</param>
    /// <param name="dialect">How it is signed.</param>
    /// <param name="relay">Judges and passes on the answer whose headers have come.</param>
    /// <param name="read">A body that was read before; null for the request's own.</param>
    internal async ValueTask<GatewayError?> RunAsync(PassThroughExchange exchange, Uri address, Dialect dialect, Func<PassThroughSending, ValueTask<GatewayError?>> relay, RequestBody? read = null)
    {
        await using var sending = new PassThroughSending(exchange, budget, time);
        try
        {
            if (await sending.SendAsync(address, dialect, read) is { } unsent) return unsent;
            if (await relay(sending) is not { } error) return null;
            if (!exchange.Http.Response.HasStarted) AnswerHeaders.CopyFrom(sending.Reply, exchange.Http.Response.Headers);
            return error;
        }
        catch (Exception exception) when (!exchange.IsSettled && sending.Describe(exception) is { } error)
        {
            return error;
        }
    }
}
