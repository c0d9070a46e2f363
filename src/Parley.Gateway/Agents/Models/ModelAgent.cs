using System.Runtime.CompilerServices;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Gateway.Agents.Responses;
using Parley.Gateway.Calls;
using Parley.Gateway.Configuration;
using Parley.Gateway.Exchange;
using Parley.Gateway.Ingress;

namespace Parley.Gateway.Agents.Models;

/// <summary>
/// A model of the catalogue with a prompt and tools. Tools of the provider run there; other agents are functions that are run here and whose
/// answers the model is then asked about, in at most <see cref="MostRounds"/> calls of the model. Those calls go through the pipeline and are recorded by it.
/// </summary>
internal sealed class ModelAgent(AgentConfig config, IReadOnlyList<Agent> others) : Agent(config)
{
    internal const int MostRounds = 8;
    private const int MostCallsOfRound = 16;

    // The prefix is what messages name: where models are listed.
    private static readonly Surface Surface = new("/v1", Operation.Responses, Dialect.OpenAIResponses, ErrorShape.OpenAI);

    private readonly ModelRequest _request = new(config, others);

    internal override async IAsyncEnumerable<AgentStep> RunAsync(AgentRun run, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var transcript = ModelRequest.Begin(run.Query);
        var used = default(TokenUsage?);
        for (var round = 1; round <= MostRounds; round++)
        {
            var reading = new ResponsesReading(Name);
            await foreach (var step in CallAsync(run, _request.Write(transcript, run.IsStream), reading, cancellation)) yield return step;
            if (reading.Usage is { } usage) used = Sum(used, usage);
            if (reading.Error is { } error)
            {
                yield return new AgentStep.Failed(error);
                yield break;
            }

            List<JsonValue> calls = [.. reading.Output.Where(static item => item.Member("type"u8).AsString().Is("function_call"u8)).Take(MostCallsOfRound)];
            if (calls.Count == 0)
            {
                yield return new AgentStep.Ended(used);
                yield break;
            }

            transcript.AddRange(reading.Output.Select(static item => item.Raw));
            foreach (var call in calls)
            {
                var (answer, wrong) = await RunAsync(run, call, cancellation);
                if (answer?.Error is { } failed)
                {
                    yield return new AgentStep.Failed(failed with { Message = $"The agent '{Name}' could not answer. {failed.Message}" });
                    yield break;
                }

                foreach (var search in answer?.Searches ?? []) yield return new AgentStep.Searched(search);
                foreach (var citation in answer?.Citations ?? []) yield return new AgentStep.Sourced(citation);
                transcript.Add(ModelRequest.Result(call, answer, wrong));
            }
        }

        yield return new AgentStep.Failed(new GatewayError(
            GatewayErrorKind.UpstreamFailed, $"The agent '{Name}' asked other agents {MostRounds} times and still had no answer. Ask a narrower question.")
        { Code = "agent_rounds" });
    }

    private async IAsyncEnumerable<AgentStep> CallAsync(AgentRun run, ReadOnlyMemory<byte> body, ResponsesReading reading, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<AgentStep> steps = [];
        if (!run.IsStream)
        {
            var answer = await run.Models.SendAsync(CallOrigin.Of(run.Http), Surface, body, cancellation);
            CallHeaders.CopyTo(answer.Headers, run.Http.Response);
            if (answer.Error is not null) reading.Fail(answer.Error);
            else if (JsonValue.TryParse(answer.Body, out var response)) reading.ReadWhole(response, steps);
            else reading.Fail(AgentFailure.Unreadable(Name));
            foreach (var step in steps) yield return step;
            yield break;
        }

        await foreach (var said in run.Models.StreamAsync(CallOrigin.Of(run.Http), Surface, body, headers => CallHeaders.CopyTo(headers, run.Http.Response), cancellation))
        {
            if (said.Error is not null) reading.Fail(said.Error);
            else if (JsonValue.TryParse(said.Data, out var data)) reading.ReadEvent(data, steps);
            foreach (var step in steps) yield return step;
            steps.Clear();
        }

        if (!reading.IsOver) reading.Fail(AgentFailure.Broken(Name));
    }

    // What the model wrote wrong it is told, so that it can mend it; what an agent could not do ends the run: an answer without it would be a guess.
    private async ValueTask<(AgentAnswer? Answer, string? Wrong)> RunAsync(AgentRun run, JsonValue call, CancellationToken cancellation)
    {
        var name = AgentText.Of(call.Member("name"u8));
        if (others.FirstOrDefault(other => other.Name == name) is not { } agent) return (null, "There is no such function.");
        var query = AgentText.Of(ResponsesReading.ArgumentsOf(call).Member("query"u8));
        if (AgentQuery.Problem(query) is { } problem) return (null, problem);
        return (await run.AskAsync(agent, query, cancellation), null);
    }

    private static TokenUsage Sum(TokenUsage? before, TokenUsage more) => before is not { } sum ? more
        : new(sum.Input + more.Input, sum.CacheRead + more.CacheRead, sum.CacheWrite + more.CacheWrite, sum.Output + more.Output, sum.Reasoning + more.Reasoning);
}
