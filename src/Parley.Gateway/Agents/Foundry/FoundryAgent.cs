using System.Buffers;
using System.Runtime.CompilerServices;
using Azure.Core;
using Microsoft.Extensions.Logging;
using Parley.Dialects.Json;
using Parley.Gateway.Agents.Responses;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Agents.Foundry;

/// <summary>
/// A Foundry agent that answers over the Responses API (wire/azure.md §3.2): conversation made – response in it, whole or streamed – conversation
/// deleted. The connection is what a response runs on: closing it stops it.
/// </summary>
internal sealed class FoundryAgent(AgentConfig config, FoundryClient client, TimeProvider time, ILogger<FoundrySession> logger) : Agent(config)
{
    private const string Conversations = "openai/v1/conversations";
    private const string Responses = "openai/v1/responses";

    private readonly AgentConfig _config = config;

    internal override AgentHost Host { get; } = new("foundry", config.AgentId!);

    internal override async IAsyncEnumerable<AgentStep> RunAsync(AgentRun run, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (id, refused) = await FoundrySession.CreateAsync(client, run, Name, Conversations, time, cancellation);
        if (id is null)
        {
            yield return new AgentStep.Failed(refused!);
            yield break;
        }

        await using var session = new FoundrySession(client, Name, "conversation", id, time, logger) { DeletePath = $"{Conversations}/{Uri.EscapeDataString(id)}" };
        var reading = new ResponsesReading(Name);
        List<AgentStep> steps = [];
        if (run.IsStream)
        {
            await foreach (var said in client.StreamAsync(run, Responses, Request(run, id), cancellation))
            {
                if (said.Error is not null) reading.Fail(said.Error);
                else if (said.Body.Member("type"u8).IsString) reading.ReadEvent(said.Body, steps);
                else if (said.Body.IsPresent) reading.ReadWhole(said.Body, steps);
                foreach (var step in steps) yield return step;
                steps.Clear();
                if (reading.IsOver) break;
            }

            if (!reading.IsOver) reading.Fail(AgentFailure.Broken(Name));
        }
        else
        {
            var answer = await client.SendAsync(run, RequestMethod.Post, Responses, Request(run, id), cancellation);
            if (answer.Error is not null) reading.Fail(answer.Error);
            else reading.ReadWhole(answer.Body, steps);
            foreach (var step in steps) yield return step;
        }

        (run.Model, run.Usage) = (reading.Model, reading.Usage);
        if (reading.Error is null && ActionIn(reading.Output) is { } action) reading.Fail(AgentFailure.NeedsAction(Name, action));
        yield return reading.Error is { } error ? new AgentStep.Failed(error) : new AgentStep.Ended(reading.Usage);
    }

    private ReadOnlyMemory<byte> Request(AgentRun run, string conversation)
    {
        var output = new ArrayBufferWriter<byte>();
        var json = new JsonOutput(output).BeginObject()
            .Member("input"u8, JsonString.From(run.Query))
            .Member("conversation"u8, JsonString.From(conversation))
            .BeginObject("agent_reference"u8)
            .Member("type"u8, "agent_reference"u8)
            .Member("name"u8, JsonString.From(_config.AgentId!));
        if (_config.Version is { } version) json.Member("version"u8, JsonString.From(version));
        json.EndObject();
        if (run.IsStream) json.Member("stream"u8, true);
        json.EndObject();
        return output.WrittenMemory;
    }

    private static string? ActionIn(IReadOnlyList<JsonValue> output)
    {
        foreach (var item in output)
        {
            var type = item.Member("type"u8).AsString();
            if (type.Is("function_call"u8)) return $"the result of the function '{AgentText.Of(item.Member("name"u8))}'";
            if (type.Is("mcp_approval_request"u8)) return "somebody's approval of a tool";
        }

        return null;
    }
}
