using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Relay;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Resilience.Probing;

/// <summary>One probe: sends it and judges the answer as that of a real call is judged. Never throws but for a defect.</summary>
internal sealed class ProbeCall(TimeProvider time)
{
    // A list of models of the largest vendors is below a megabyte; of a longer one the beginning says enough.
    private const int LongestAnswer = 2 * 1024 * 1024;

    /// <summary>Asks a provider for its list of models.</summary>
    internal Task<ProbeResult> ListAsync(Provider provider, int credential, TimeSpan timeout, CancellationToken stopping)
    {
        var (address, dialect) = provider.ModelsList!.Value;
        var request = new UpstreamRequest(address, default, new UpstreamCall(dialect, IsStream: false, IsCount: false)) { IsGet = true };
        return SendAsync(provider, request, credential, timeout, static _ => null, stopping);
    }

    /// <summary>Calls a target's model with one word.</summary>
    internal Task<ProbeResult> CallAsync(RouteTarget target, Dialect dialect, int credential, TimeSpan timeout, CancellationToken stopping)
    {
        var call = new UpstreamCall(dialect, IsStream: false, IsCount: false);
        var request = new UpstreamRequest(target.Provider.AddressOf(call, target.UpstreamModel, null), ProbeBodies.Write(target, dialect), call);
        return SendAsync(target.Provider, request, credential, timeout, body => Read(body, dialect), stopping);
    }

    private async Task<ProbeResult> SendAsync(
        Provider provider, UpstreamRequest request, int credential, TimeSpan timeout, Func<ReadOnlyMemory<byte>, ReplyObservation?> read, CancellationToken stopping)
    {
        using var deadline = new AttemptDeadline(time, stopping);
        deadline.Within(timeout, AttemptStep.FirstByte);
        var status = 0;
        try
        {
            RequestHeaders.AddOwn(request);
            if (await provider.SignAsync(request, credential, null, deadline.Token) is { } unsigned) return new ProbeResult(unsigned, 0);
            using var answer = await provider.Transport.SendAsync(request, deadline.Token);
            status = answer.Status;
            var requestId = AnswerHeaders.RequestIdOf(answer);
            if (ProviderStatus.Read(answer, time) is { } error)
            {
                var said = error.Kind == GatewayErrorKind.UpstreamUnauthorized ? null : await ProviderErrorAnswer.ReadAsync(answer, deadline.Token);
                return new ProbeResult(RetryAfter.Complete(error, answer, said, time), status) { UpstreamRequestId = requestId };
            }

            using var body = new PooledBuffer(8 * 1024);
            await using var stream = answer.OpenBody(deadline.Token);
            while (body.Length < LongestAnswer && await stream.ReadAsync(body.GetMemory(8 * 1024), deadline.Token) is > 0 and var count) body.Advance(count);
            if (body.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..]) return new ProbeResult(NotJson, status);
            var reply = read(body.Memory);
            if (reply is { HasError: true }) return new ProbeResult(ReportedError.From(reply, status), status) { UpstreamRequestId = requestId };
            return new ProbeResult(null, status)
            {
                Usage = reply is { HasUsage: true } ? reply.Usage : default,
                IsEstimated = reply is { HasUsage: false },
                Model = reply?.Model,
                UpstreamRequestId = requestId,
            };
        }
        catch (Exception exception) when (UpstreamFault.Describe(exception, deadline) is { } fault)
        {
            return new ProbeResult(fault, status) { Detail = exception.GetBaseException().Message };
        }
        finally
        {
            // Over HTTP/2 an answer may come before the body has gone; nobody reuses this one, but its write must end.
            if (request.IsBodyInUse) deadline.Cancel();
            deadline.IsTokenInUse = request.IsBodyInUse;
        }
    }

    private static ReplyObservation? Read(ReadOnlyMemory<byte> body, Dialect dialect)
    {
        var reply = new ReplyObservation();
        if (ProbeBodies.IsEmbeddings(dialect))
        {
            if (dialect != Dialect.OpenAIEmbeddings) return reply;
            var tap = Taps.ForReply(dialect, Operation.ChatCompletions);
            tap.Observe(body.Span);
            tap.Complete();
            return tap.Reply;
        }

        if (!JsonValue.TryParse(body, out var json)) return reply;
        using var folded = new FoldedReply();
        DialectCodecs.Of(dialect).ReadReply(json, new ReplyObserver(reply, folded));
        return reply;
    }

    private static readonly GatewayError NotJson = new(GatewayErrorKind.UpstreamFailed, "The provider's answer is not JSON. The provider's base URL may be wrong.");
}
