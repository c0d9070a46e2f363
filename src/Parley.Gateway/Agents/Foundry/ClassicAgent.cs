using System.Buffers;
using System.Runtime.CompilerServices;
using Azure.Core;
using Microsoft.Extensions.Logging;
using Parley.Dialects.Json;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Agents.Foundry;

/// <summary>
/// An agent of Foundry's first API (wire/azure.md §3.1):
/// <code>
/// 1. thread made – message posted
/// 2. plain:    run made – asked for until it has ended – steps (searches) – messages listed
///    streamed: run made with stream: text, sources and searches as they come
/// 3. thread deleted, whatever happened; a run that has not ended is cancelled before
/// </code>
/// </summary>
internal sealed partial class ClassicAgent(AgentConfig config, FoundryClient client, TimeProvider time, ILogger<FoundrySession> logger) : Agent(config)
{
    private const string Version = "api-version=v1";
    // An hour at a second each.
    private const int MostPolls = 4000;
    private const int MostPages = 20;

    private readonly AgentConfig _config = config;

    internal override AgentHost Host { get; } = new("foundry", config.AgentId!);

    internal override async IAsyncEnumerable<AgentStep> RunAsync(AgentRun run, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (id, refused) = await FoundrySession.CreateAsync(client, run, Name, $"threads?{Version}", time, cancellation);
        if (id is null)
        {
            yield return new AgentStep.Failed(refused!);
            yield break;
        }

        await using var session = new FoundrySession(client, Name, "thread", id, time, logger) { DeletePath = $"threads/{Uri.EscapeDataString(id)}?{Version}" };
        var posted = await client.SendAsync(run, RequestMethod.Post, $"threads/{session.Id}/messages?{Version}", Message(run.Query), cancellation);
        if (posted.Error is { } error)
        {
            yield return new AgentStep.Failed(error);
            yield break;
        }

        await foreach (var step in run.IsStream ? StreamAsync(run, session, cancellation) : PollAsync(run, session, cancellation)) yield return step;
    }

    private async IAsyncEnumerable<AgentStep> StreamAsync(AgentRun run, FoundrySession session, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var reading = new ClassicStreamReading(Name);
        List<AgentStep> steps = [];
        await foreach (var said in client.StreamAsync(run, $"threads/{session.Id}/runs?{Version}", RunBody(isStream: true), cancellation))
        {
            if (said.Error is not null) reading.Fail(said.Error);
            else reading.Read(said.Name, said.Body, steps);
            if (reading.RunId is not null) session.CancelPath = reading.HasEnded ? null : CancelPath(session, reading.RunId);
            foreach (var step in steps) yield return step;
            steps.Clear();
            if (reading.IsOver) break;
        }

        if (!reading.IsOver) reading.Fail(AgentFailure.Broken(Name));
        (run.Model, run.Usage) = (reading.Model, reading.Usage);
        yield return reading.Error is { } error ? new AgentStep.Failed(error) : new AgentStep.Ended(reading.Usage);
    }

    private async IAsyncEnumerable<AgentStep> PollAsync(AgentRun run, FoundrySession session, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var answer = await client.SendAsync(run, RequestMethod.Post, $"threads/{session.Id}/runs?{Version}", RunBody(isStream: false), cancellation);
        var runId = AgentText.Of(answer.Body.Member("id"u8));
        if (answer.Error is null && runId.Length > 0) session.CancelPath = CancelPath(session, runId);
        for (var polls = 0; answer.Error is null && ClassicRun.IsPending(answer.Body) && polls < MostPolls; polls++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(500 + (100 * polls), 1000)), time, cancellation);
            answer = await client.SendAsync(run, RequestMethod.Get, $"threads/{session.Id}/runs/{Uri.EscapeDataString(runId)}?{Version}", default, cancellation);
        }

        (run.Model, run.Usage) = (ClassicRun.ModelOf(answer.Body), ClassicRun.UsageOf(answer.Body));
        var error = answer.Error ?? ClassicRun.ErrorOf(Name, answer.Body);
        if (answer.Error is null && ClassicRun.HasEnded(answer.Body)) session.CancelPath = null;
        List<AgentStep> steps = [];
        if (error is null) error = await ReadSearchesAsync(run, session, runId, steps, cancellation) ?? await ReadMessagesAsync(run, session, runId, steps, cancellation);
        if (error is not null)
        {
            yield return new AgentStep.Failed(error);
            yield break;
        }

        foreach (var step in steps) yield return step;
        yield return new AgentStep.Ended(run.Usage);
    }

    // An answer is whole without its searches; they are missed in the log alone.
    private async ValueTask<GatewayError?> ReadSearchesAsync(AgentRun run, FoundrySession session, string runId, List<AgentStep> steps, CancellationToken cancellation)
    {
        var answer = await client.SendAsync(run, RequestMethod.Get, $"threads/{session.Id}/runs/{Uri.EscapeDataString(runId)}/steps?order=asc&limit=100&{Version}", default, cancellation);
        if (answer.Error is not null) LogNoSearches(logger, Name, answer.Error.Message);
        foreach (var step in answer.Body.Member("data"u8).Items) ClassicRun.ReadSearches(step, steps);
        return null;
    }

    private async ValueTask<GatewayError?> ReadMessagesAsync(AgentRun run, FoundrySession session, string runId, List<AgentStep> steps, CancellationToken cancellation)
    {
        var hasText = false;
        var after = "";
        for (var page = 0; page < MostPages; page++)
        {
            var path = $"threads/{session.Id}/messages?order=asc&limit=100&run_id={Uri.EscapeDataString(runId)}{after}&{Version}";
            var answer = await client.SendAsync(run, RequestMethod.Get, path, default, cancellation);
            if (answer.Error is not null) return answer.Error;
            if (!answer.Body.Member("data"u8).IsArray) return AgentFailure.Unreadable(Name);
            foreach (var message in answer.Body.Member("data"u8).Items)
            {
                // The thread holds the question too.
                if (!message.Member("role"u8).AsString().Is("assistant"u8)) continue;
                if (message.Member("run_id"u8) is { IsString: true } of && AgentText.Of(of) != runId) continue;
                hasText |= ClassicRun.ReadMessage(message, hasText, steps);
            }

            if (!answer.Body.Member("has_more"u8).IsTrue || AgentText.Of(answer.Body.Member("last_id"u8)) is not { Length: > 0 } last) return null;
            after = "&after=" + Uri.EscapeDataString(last);
        }

        return null;
    }

    private static string CancelPath(FoundrySession session, string runId) => $"threads/{session.Id}/runs/{Uri.EscapeDataString(runId)}/cancel?{Version}";

    private static ReadOnlyMemory<byte> Message(string query)
    {
        var output = new ArrayBufferWriter<byte>();
        new JsonOutput(output).BeginObject().Member("role"u8, "user"u8).Member("content"u8, JsonString.From(query)).EndObject();
        return output.WrittenMemory;
    }

    private ReadOnlyMemory<byte> RunBody(bool isStream)
    {
        var output = new ArrayBufferWriter<byte>();
        var json = new JsonOutput(output).BeginObject().Member("assistant_id"u8, JsonString.From(_config.AgentId!));
        if (isStream) json.Member("stream"u8, true);
        json.EndObject();
        return output.WrittenMemory;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Agent {Agent}: its searches, whose links are to be shown, could not be read: {Reason}")]
    private static partial void LogNoSearches(ILogger logger, string agent, string reason);
}
