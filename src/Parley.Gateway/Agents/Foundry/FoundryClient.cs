using System.Buffers;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;
using Parley.Gateway.Exchange;
using Parley.Gateway.Providers.Azure;

namespace Parley.Gateway.Agents.Foundry;

/// <summary>Calls to one Foundry project on behalf of one agent: signed, bounded, failures as values.</summary>
internal sealed class FoundryClient(string agent, Uri project, EntraTokenSource tokens, HttpPipeline pipeline, TimeProvider time)
{
    private const int LongestAnswer = 16 * 1024 * 1024;
    private const int LongestEvent = 4 * 1024 * 1024;
    private const int LongestStream = 64 * 1024 * 1024;

    private readonly string _root = project.AbsoluteUri.TrimEnd('/') + "/";

    /// <summary>Makes a call and reads its answer whole.</summary>
    /// <param name="run">Is told status and id of the answer; null for calls that are not the run's own.</param>
    /// <param name="method">GET, POST or DELETE.</param>
    /// <param name="path">Below the project, with its query.</param>
    /// <param name="body">JSON; empty for none.</param>
    /// <param name="cancellation">Gives the call up.</param>
    /// <exception cref="OperationCanceledException">Only by <paramref name="cancellation"/>.</exception>
    internal async ValueTask<FoundryAnswer> SendAsync(AgentRun? run, RequestMethod method, string path, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var (message, error) = await OpenAsync(run, method, path, body, isStream: false, cancellation);
        if (message is null) return new FoundryAnswer(error, default);
        using (message)
        {
            return await ReadAsync(run, message.Response, cancellation);
        }
    }

    /// <summary>Makes a call and gives the events of its answer as they come. One with an error is the last; a stream that ends without one may have been cut.</summary>
    /// <inheritdoc cref="SendAsync"/>
    internal async IAsyncEnumerable<FoundryAnswer> StreamAsync(AgentRun run, string path, ReadOnlyMemory<byte> body, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (message, error) = await OpenAsync(run, RequestMethod.Post, path, body, isStream: true, cancellation);
        if (message is null)
        {
            yield return new FoundryAnswer(error, default);
            yield break;
        }

        using var open = message;
        var response = message.Response;
        if (response.Headers.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true)
        {
            // A 200 whose body is the error.
            yield return await ReadAsync(run, response, cancellation);
            yield break;
        }

        using var frames = new SseFrameReader(LongestEvent);
        var total = 0;
        while (true)
        {
            var (count, broken) = await ReadSomeAsync(run, response.ContentStream!, frames.GetMemory(), cancellation);
            if (broken is not null)
            {
                yield return new FoundryAnswer(broken, default);
                yield break;
            }

            frames.Advance(count);
            total += count;
            while (Next(frames, isEnd: count == 0) is { } said) yield return said;
            if (frames.IsTooLong || total > LongestStream)
            {
                yield return new FoundryAnswer(AgentFailure.TooLong(agent, frames.IsTooLong ? LongestEvent : LongestStream), default);
                yield break;
            }

            if (count == 0) yield break;
        }
    }

    private async ValueTask<(HttpMessage? Message, GatewayError? Error)> OpenAsync(
        AgentRun? run, RequestMethod method, string path, ReadOnlyMemory<byte> body, bool isStream, CancellationToken cancellation)
    {
        var (token, unsigned) = await tokens.GetAsync(cancellation);
        if (token is null) return (null, unsigned);
        var message = pipeline.CreateMessage();
        message.BufferResponse = false;
        message.Request.Method = method;
        message.Request.Uri.Reset(new Uri(_root + path));
        message.Request.Headers.SetValue("Authorization", token);
        message.Request.Headers.SetValue("Accept", isStream ? "text/event-stream" : "application/json");
        if (!body.IsEmpty)
        {
            message.Request.Headers.SetValue("Content-Type", "application/json");
            message.Request.Content = RequestContent.Create(body);
        }

        var isKept = false;
        try
        {
            await pipeline.SendAsync(message, cancellation);
            var response = message.Response;
            if (run is not null)
            {
                run.UpstreamStatus = response.Status;
                run.UpstreamRequestId = response.Headers.TryGetValue("apim-request-id", out var id) || response.Headers.TryGetValue("x-request-id", out id) ? id : run.UpstreamRequestId;
            }

            if (response.Status is >= 200 and < 300)
            {
                isKept = true;
                return (message, null);
            }

            var (text, _) = await ReadWholeAsync(run, response, cancellation);
            return (null, FoundryError.Of(agent, response, text, time));
        }
        catch (Exception fault) when (fault is RequestFailedException or IOException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            if (run is not null) (run.UpstreamStatus, run.FaultDetail) = (0, fault.Message);
            return (null, FoundryError.Broken(agent, hasAnswered: false));
        }
        finally
        {
            if (!isKept) message.Dispose();
        }
    }

    private async ValueTask<FoundryAnswer> ReadAsync(AgentRun? run, Response response, CancellationToken cancellation)
    {
        var (text, error) = await ReadWholeAsync(run, response, cancellation);
        if (error is not null) return new FoundryAnswer(error, default);
        return JsonValue.TryParse(text, out var json) && json.IsObject ? new FoundryAnswer(null, json) : new FoundryAnswer(AgentFailure.Unreadable(agent), default);
    }

    private async ValueTask<(ReadOnlyMemory<byte> Text, GatewayError? Error)> ReadWholeAsync(AgentRun? run, Response response, CancellationToken cancellation)
    {
        var text = new ArrayBufferWriter<byte>(4096);
        if (response.ContentStream is not { } stream) return (default, null);
        while (true)
        {
            var (count, broken) = await ReadSomeAsync(run, stream, text.GetMemory(4096), cancellation);
            if (broken is not null) return (default, broken);
            if (count == 0) return (text.WrittenMemory, null);
            text.Advance(count);
            if (text.WrittenCount > LongestAnswer) return (default, AgentFailure.TooLong(agent, LongestAnswer));
        }
    }

    private async ValueTask<(int Count, GatewayError? Broken)> ReadSomeAsync(AgentRun? run, Stream stream, Memory<byte> room, CancellationToken cancellation)
    {
        try
        {
            return (await stream.ReadAsync(room, cancellation), null);
        }
        catch (Exception fault) when (fault is IOException or HttpRequestException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            if (run is not null) run.FaultDetail = fault.Message;
            return (0, FoundryError.Broken(agent, hasAnswered: true));
        }
    }

    // Copied: a frame's bytes are the reader's.
    private FoundryAnswer? Next(SseFrameReader frames, bool isEnd)
    {
        while (frames.TryRead(out var frame) || (isEnd && frames.TryReadLast(out frame)))
        {
            if (!frame.HasData) continue;
            var name = System.Text.Encoding.UTF8.GetString(frame.Event);
            if (frame.Data.SequenceEqual("[DONE]"u8)) return new FoundryAnswer(null, default, "done");
            return JsonValue.TryParse(frame.Data.ToArray(), out var json) ? new FoundryAnswer(null, json, name) : new FoundryAnswer(AgentFailure.Unreadable(agent), default);
        }

        return null;
    }
}
