using System.Buffers;
using System.Globalization;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Embeddings;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers;
using Parley.Gateway.Providers.Transport;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Relay;

/// <summary>
/// Embeddings of a vendor with a wire form of its own: OpenAI's request becomes one call, or several one behind the other where the
/// vendor takes fewer texts at once; their vectors become OpenAI's answer. One usage record for all of them.
/// </summary>
internal sealed class TranslatedEmbeddings(GatewayExchange exchange, Attempt attempt, AttemptServices services, AttemptDeadline deadline, TimeProvider time)
{
    private const int LongestAnswer = 64 * 1024 * 1024;

    private readonly LossReport _losses = new();
    private readonly EmbeddingsAnswer _answer = new();
    private readonly List<PooledBuffer> _bodies = [];
    private UpstreamRequest? _request;

    /// <summary>True while the transport may still send the body of its last call: the token of the attempt is then in use too.</summary>
    internal bool IsBodyInUse => _request is { IsBodyInUse: true };

    internal async ValueTask<AttemptOutcome> RunAsync(int credential)
    {
        var codec = EmbeddingsCodecs.Of(attempt.Dialect);
        var reply = new ReplyObservation();
        attempt.Reply = reply;
        try
        {
            EmbeddingsRequest request;
            IReadOnlyList<ReadOnlyMemory<byte>> bodies;
            try
            {
                request = EmbeddingsRequest.Read(JsonValue.Of(exchange.Body.Memory));
                bodies = codec.WriteRequests(request, attempt.Target.UpstreamModel, _losses);
            }
            catch (DialectException exception)
            {
                return new AttemptOutcome(new GatewayError(GatewayErrorKind.BadRequest, exception.Message) { Param = exception.Path });
            }

            if (attempt.Target.OnLoss == LossPolicy.Reject && _losses.Count > 0) return new AttemptOutcome(TranslatedBody.Rejected(_losses, attempt.Target));
            foreach (var body in bodies)
            {
                if (await CallAsync(body, codec, credential) is not { Error: not null } failed) continue;
                // The calls before it are done and billed.
                if (_answer.HasUsage) reply.Report(new TokenUsage(_answer.InputTokens, 0, 0, 0, 0));
                return failed;
            }

            if (_answer.HasUsage) reply.Report(new TokenUsage(_answer.InputTokens, 0, 0, 0, 0));
            if (!attempt.TryTakeAnswer()) return AttemptOutcome.Superseded;
            await services.Settlement.SettleAsync(exchange, attempt, isFinal: true, 200);
            Write(request);
            return AttemptOutcome.Answered;
        }
        finally
        {
            foreach (var body in _bodies) body.Dispose();
            foreach (var loss in _losses.Losses) services.Metrics.CountLoss(exchange.Surface.Dialect, attempt.Dialect, loss.Label);
        }
    }

    private async ValueTask<AttemptOutcome> CallAsync(ReadOnlyMemory<byte> body, EmbeddingsCodec codec, int credential)
    {
        var provider = attempt.Target.Provider;
        var call = new UpstreamCall(attempt.Dialect, IsStream: false, IsCount: false);
        var request = new UpstreamRequest(provider.AddressOf(call, attempt.Target.UpstreamModel, attempt.Target.Endpoint), body, call);
        _request = request;
        RequestHeaders.Copy(exchange, attempt.Target, request);
        if (await provider.SignAsync(request, credential, exchange.Http, deadline.Token) is { } unsigned) return new AttemptOutcome(unsigned);

        var timeouts = attempt.Target.Timeouts;
        timeouts.Begin(request, deadline, isStream: false, time);
        using var answer = await provider.Transport.SendAsync(request, deadline.Token);
        attempt.UpstreamStatus = answer.Status;
        attempt.UpstreamRequestId = AnswerHeaders.RequestIdOf(answer);
        attempt.NoteCapacity(answer, exchange.Plan!.Pool.Rule);
        if (ProviderStatus.Read(answer, time) is { } error) return new AttemptOutcome(await ExplainAsync(error, answer));

        var buffer = new PooledBuffer(16 * 1024);
        _bodies.Add(buffer);
        await using var stream = answer.OpenBody(deadline.Token);
        while (true)
        {
            deadline.Within(timeouts.Idle, AttemptStep.Idle);
            var read = await stream.ReadAsync(buffer.GetMemory(8 * 1024), deadline.Token);
            if (read == 0) break;
            if (attempt.FirstToken == 0) attempt.FirstToken = time.GetTimestamp();
            buffer.Advance(read);
            attempt.AnswerBytes += read;
            if (buffer.Length > LongestAnswer || !exchange.Body.TryReserve(read)) return Failed($"The provider's answers are longer than {LongestAnswer >> 20} MiB, or than there is memory for. Ask for fewer texts at once.");
        }

        if (!JsonValue.TryParse(buffer.Memory, out var json)) return Failed("The provider's answer is not whole JSON. Try again.");
        try
        {
            codec.ReadReply(json, _answer);
        }
        catch (DialectException exception)
        {
            return Failed($"The provider's answer holds no vectors: {exception.Message}");
        }

        // Cohere counts in a header of Bedrock's.
        if (!_answer.HasUsage && answer.Header("x-amzn-bedrock-input-token-count") is { } count && long.TryParse(count, CultureInfo.InvariantCulture, out var tokens))
            _answer.AddTokens(tokens);
        return AttemptOutcome.Answered;
    }

    private async ValueTask<GatewayError> ExplainAsync(GatewayError error, UpstreamReply answer)
    {
        if (answer.Status == 401) return CallersRefusal.Mark(error, exchange, attempt.Target, attempt.Dialect);
        ProviderErrorAnswer? body = null;
        try
        {
            body = await ProviderErrorAnswer.ReadAsync(answer, deadline.Token);
        }
        catch (Exception exception) when (!deadline.IsAborted && UpstreamFault.Describe(exception, deadline) is not null)
        {
            // The status says enough.
        }

        error = ProviderStatus.Explain(error, body);
        if (error.Kind == GatewayErrorKind.UpstreamUnauthorized) return CallersRefusal.Mark(error, exchange, attempt.Target, attempt.Dialect);
        error = RetryAfter.Complete(error, answer, body, time);
        if (body is null || !JsonValue.TryParse(body.Body, out var json)) return error;
        var codec = attempt.Dialect == Dialect.GeminiEmbeddings ? DialectCodecs.Of(Dialect.GeminiContent) : DialectCodecs.Of(Dialect.BedrockConverse);
        return TranslatedError.Of(error, codec.ReadError(json));
    }

    private void Write(EmbeddingsRequest request)
    {
        using var output = new PooledBuffer(16 * 1024);
        _answer.Write(JsonString.From(exchange.ModelAsked), request.IsBase64, new JsonOutput(output));
        attempt.NoteAnswered(time);
        var response = exchange.Http.Response;
        response.StatusCode = 200;
        response.ContentType = "application/json";
        response.ContentLength = output.Length;
        ExchangeHeaders.SetAnswered(exchange, attempt);
        if (_losses.Count > 0) LossHeaders.Set(exchange, attempt.Target, _losses);
        response.BodyWriter.Write(output.Span);
    }

    private static AttemptOutcome Failed(string message) => new(new GatewayError(GatewayErrorKind.UpstreamFailed, message));
}
