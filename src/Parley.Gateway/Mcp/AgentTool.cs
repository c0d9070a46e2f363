using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;
using Parley.Dialects.Json;
using Parley.Gateway.Agents;

namespace Parley.Gateway.Mcp;

/// <summary>An agent as a tool: a question in, its answer with sources out.</summary>
internal sealed class AgentTool(string name, Agent agent, AgentRunner runner) : McpTool
{
    // Every letter of an answer need not be told by itself.
    private const int ProgressStep = 40;

    private static readonly JsonElement Input = McpResult.Schema("""
        {
          "type": "object",
          "properties": { "query": { "type": "string", "minLength": 1, "maxLength": 32000, "description": "The question." } },
          "required": ["query"],
          "additionalProperties": false
        }
        """);

    private static readonly JsonElement Output = McpResult.Schema("""
        {
          "type": "object",
          "properties": {
            "content": { "type": "string", "description": "The answer." },
            "citations": {
              "type": "array",
              "description": "Its sources, in the order in which the answer uses them.",
              "items": {
                "type": "object",
                "properties": {
                  "id": { "type": "integer" },
                  "type": { "type": "string", "enum": ["url", "file"] },
                  "url": { "type": "string" },
                  "title": { "type": "string" },
                  "quote": { "type": "string" }
                },
                "required": ["id", "type"]
              }
            },
            "searches": {
              "type": "array",
              "description": "The searches that were made, to be shown beside the sources.",
              "items": {
                "type": "object",
                "properties": { "query": { "type": "string" }, "url": { "type": "string" } },
                "required": ["query", "url"]
              }
            }
          },
          "required": ["content", "citations"]
        }
        """);

    public override Tool Definition { get; } = DefinitionOf(name, agent.Description);

    public override async ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation)
    {
        var query = call.Text("query");
        if (AgentQuery.Problem(query) is { } problem) return McpResult.Failed(problem);
        var http = call.Visit.Http;
        var answer = call.WantsProgress
            ? await FollowAsync(call, http, query!, cancellation)
            : await runner.AskAsync(http, agent, query!, cancellation);
        if (answer.Error is not null) return McpResult.Failed(answer.Error);
        var json = new ArrayBufferWriter<byte>();
        AgentJson.Write(new JsonOutput(json), answer);
        return McpResult.Of(json.WrittenMemory);
    }

    internal static Tool DefinitionOf(string name, string description) => new()
    {
        Name = name,
        Title = $"Ask {name}",
        Description = description,
        InputSchema = Input,
        OutputSchema = Output,
        Annotations = new ToolAnnotations { ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = true },
    };

    // The progress is the length of the text so far.
    private async Task<AgentAnswer> FollowAsync(McpToolCall call, HttpContext http, string query, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        List<AgentCitation> citations = [];
        List<AgentSearch> searches = [];
        var told = 0;
        await foreach (var said in runner.StreamAsync(http, agent, query, cancellation))
        {
            switch (said)
            {
                case AgentEvent.Text piece:
                    text.Append(piece.Piece);
                    if (text.Length - told < ProgressStep && told > 0) break;
                    await call.ReportAsync(told = text.Length, null, cancellation);
                    break;
                case AgentEvent.Cited cited:
                    citations.Add(cited.Citation);
                    break;
                case AgentEvent.Searched searched:
                    searches.Add(searched.Search);
                    break;
                case AgentEvent.Failed failed:
                    return AgentAnswer.Failed(failed.Error);
                case AgentEvent.Ended:
                    await call.ReportAsync(text.Length, null, cancellation);
                    return new AgentAnswer(null, text.ToString(), citations, searches);
            }
        }

        return AgentAnswer.Failed(AgentFailure.Broken(agent.Name));
    }
}
