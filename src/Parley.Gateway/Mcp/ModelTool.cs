using System.Text.Json;
using ModelContextProtocol.Protocol;
using Parley.Gateway.Wrapper;

namespace Parley.Gateway.Mcp;

/// <summary>A model as a tool: a question as <c>completion</c> takes it, or a conversation as <c>chat</c> does.</summary>
internal sealed class ModelTool(string name, string model, WrapperService wrapper) : McpTool
{
    // Either of the two is needed. The schema does not say it: APIs of models refuse tools with anyOf at the top.
    private static readonly JsonElement Input = McpResult.Schema($$"""
        {
          "type": "object",
          "properties": {
            "query": { "type": "string", "minLength": 1, "description": "One question, asked without a system prompt. Either this or messages." },
            {{ModelAsking.Messages}}
          },
          "additionalProperties": false
        }
        """);

    private static readonly JsonElement Output = McpResult.Schema(ModelAsking.Answer);

    /// <summary>The name that the model is asked by.</summary>
    internal string Model { get; } = model;

    public override Tool Definition { get; } = new()
    {
        Name = name,
        Title = $"Ask {model}",
        Description = $"Asks the model {model} a question (query), or goes on with a conversation with it (messages).",
        InputSchema = Input,
        OutputSchema = Output,
        Annotations = ModelAsking.Annotations(),
    };

    public override ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation)
    {
        var hasQuery = call.Argument("query") is not null;
        if (hasQuery == call.Argument("messages") is not null)
            return ValueTask.FromResult(McpResult.Failed(hasQuery ? "Give either 'query' or 'messages', not both." : "Give 'query' (a question) or 'messages' (a conversation)."));
        if (hasQuery)
        {
            return string.IsNullOrWhiteSpace(call.Text("query"))
                ? ValueTask.FromResult(McpResult.Failed(ModelAsking.ProblemOf(call, "query") ?? "'query' is empty: it is the question to the model."))
                : ModelAsking.AskAsync(call, origin => wrapper.CompleteAsync(origin, call.Text("query"), Model, cancellation), cancellation);
        }

        var input = ModelAsking.MessagesOf(call);
        return input.Faults.Count > 0
            ? ValueTask.FromResult(ModelAsking.Refused(input))
            : ModelAsking.AskAsync(call, origin => wrapper.ChatAsync(origin, input, Model, cancellation), cancellation);
    }
}
