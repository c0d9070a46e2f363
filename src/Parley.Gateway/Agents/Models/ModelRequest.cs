using System.Buffers;
using Parley.Dialects.Json;
using Parley.Gateway.Configuration;

namespace Parley.Gateway.Agents.Models;

/// <summary>Writes the requests of a model agent, in the format of the Responses API.</summary>
internal sealed class ModelRequest
{
    private readonly byte[] _beginning;

    internal ModelRequest(AgentConfig config, IReadOnlyList<Agent> others)
    {
        var output = new ArrayBufferWriter<byte>();
        var json = new JsonOutput(output);
        json.BeginObject().Member("model"u8, JsonString.From(config.Model!));
        if (config.Prompt is { } prompt) json.Member("instructions"u8, JsonString.From(prompt));
        if (config.MaxTokens is { } most) json.Member("max_output_tokens"u8, most);
        if (config.Tools.Count > 0)
        {
            json.BeginArray("tools"u8);
            foreach (var tool in config.Tools)
            {
                if (tool.Agent is null) json.Raw(tool.Json.Span);
                else WriteFunction(json, others.First(other => other.Name == tool.Agent));
            }

            json.EndArray();
        }

        _beginning = output.WrittenSpan.ToArray();
    }

    /// <summary>The items of a conversation that has only its question.</summary>
    internal static List<ReadOnlyMemory<byte>> Begin(string query)
    {
        var (output, json) = New();
        json.BeginObject().Member("type"u8, "message"u8).Member("role"u8, "user"u8).Member("content"u8, JsonString.From(query)).EndObject();
        return [output.WrittenMemory];
    }

    /// <summary>The request for what comes next in a conversation.</summary>
    internal ReadOnlyMemory<byte> Write(List<ReadOnlyMemory<byte>> transcript, bool isStream)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write(_beginning);
        output.Write(",\"input\":["u8);
        for (var i = 0; i < transcript.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            output.Write(transcript[i].Span);
        }

        output.Write(isStream ? "],\"stream\":true}"u8 : "]}"u8);
        return output.WrittenMemory;
    }

    /// <summary>What a function gave: the answer with its sources, or what was wrong with the call.</summary>
    internal static ReadOnlyMemory<byte> Result(JsonValue call, AgentAnswer? answer, string? wrong)
    {
        var (text, said) = New();
        if (answer is null) said.BeginObject().Member("error"u8, JsonString.From(wrong!)).EndObject();
        else AgentJson.Write(said, answer);
        var (output, json) = New();
        json.BeginObject().Member("type"u8, "function_call_output"u8).Member("call_id"u8, call.Member("call_id"u8));
        json.Member("output"u8, JsonString.Escape(text.WrittenSpan)).EndObject();
        return output.WrittenMemory;
    }

    private static void WriteFunction(JsonOutput json, Agent agent) => json
        .BeginObject()
        .Member("type"u8, "function"u8)
        .Member("name"u8, JsonString.From(agent.Name))
        .Member("description"u8, JsonString.From(agent.Description))
        .Name("parameters"u8)
        .Raw("""{"type":"object","properties":{"query":{"type":"string","description":"The question, with all that is needed to understand it."}},"required":["query"],"additionalProperties":false}"""u8)
        .EndObject();

    private static (ArrayBufferWriter<byte> Output, JsonOutput Json) New()
    {
        var output = new ArrayBufferWriter<byte>();
        return (output, new JsonOutput(output));
    }
}
