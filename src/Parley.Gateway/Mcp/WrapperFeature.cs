using ModelContextProtocol.Protocol;
using Parley.Gateway.Wrapper;

namespace Parley.Gateway.Mcp;

/// <summary>The default model as tools: what <c>/health</c>, <c>/completion</c> and <c>/chat</c> do (contracts §4).</summary>
internal sealed class WrapperFeature(WrapperService wrapper, HealthCheck health) : McpFeature
{
    private readonly McpTool[] _tools = [new HealthTool(health), new CompletionTool(wrapper), new ChatTool(wrapper)];

    public override IEnumerable<McpTool> Tools(McpVisit visit) => _tools;

    private sealed class HealthTool(HealthCheck health) : McpTool
    {
        public override Tool Definition { get; } = new()
        {
            Name = "health",
            Title = "Health of the default model",
            Description = "Says whether the default model answers. The result is shared for a few seconds.",
            InputSchema = McpResult.Schema("""{"type":"object","additionalProperties":false}"""),
            OutputSchema = McpResult.Schema("""
                {
                  "type": "object",
                  "properties": {
                    "status": { "type": "string", "enum": ["ok", "error"] },
                    "azure_openai": { "type": "string", "enum": ["connected", "simulated"], "description": "Whatever provider is behind it." },
                    "error": { "type": "string" },
                    "message": { "type": "string" },
                    "details": { "type": "string" }
                  },
                  "required": ["status"]
                }
                """),
            Annotations = new ToolAnnotations { ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = true },
        };

        public override async ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation)
        {
            var answer = await health.AskAsync(cancellation);
            var result = McpResult.OfWhole(answer.Write);
            result.IsError = answer.Error is not null;
            return result;
        }
    }

    private sealed class CompletionTool(WrapperService wrapper) : McpTool
    {
        public override Tool Definition { get; } = new()
        {
            Name = "completion",
            Title = "Ask the default model",
            Description = "Asks the default model, or the one that is named, one question, without a system prompt.",
            InputSchema = McpResult.Schema($$"""
                {
                  "type": "object",
                  "properties": {
                    "query": { "type": "string", "description": "The question.", "default": "how are you?" },
                    {{ModelAsking.Model}}
                  },
                  "additionalProperties": false
                }
                """),
            OutputSchema = McpResult.Schema(ModelAsking.Answer),
            Annotations = ModelAsking.Annotations(),
        };

        public override ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation)
        {
            if ((ModelAsking.ProblemOf(call, "query") ?? ModelAsking.ProblemOf(call, "model")) is { } problem) return ValueTask.FromResult(McpResult.Failed(problem));
            return ModelAsking.AskAsync(call, origin => wrapper.CompleteAsync(origin, call.Text("query"), call.Text("model"), cancellation), cancellation);
        }
    }

    private sealed class ChatTool(WrapperService wrapper) : McpTool
    {
        public override Tool Definition { get; } = new()
        {
            Name = "chat",
            Title = "Chat with the default model",
            Description = "Goes on with a conversation with the default model, or the one that is named. The configured system prompt comes first, unless the first message is one.",
            InputSchema = McpResult.Schema($$"""
                {
                  "type": "object",
                  "properties": {
                    {{ModelAsking.Messages}},
                    {{ModelAsking.Model}}
                  },
                  "required": ["messages"],
                  "additionalProperties": false
                }
                """),
            OutputSchema = McpResult.Schema(ModelAsking.Answer),
            Annotations = ModelAsking.Annotations(),
        };

        public override ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation)
        {
            if (ModelAsking.ProblemOf(call, "model") is { } problem) return ValueTask.FromResult(McpResult.Failed(problem));
            var input = ModelAsking.MessagesOf(call);
            return input.Faults.Count > 0
                ? ValueTask.FromResult(ModelAsking.Refused(input))
                : ModelAsking.AskAsync(call, origin => wrapper.ChatAsync(origin, input, call.Text("model"), cancellation), cancellation);
        }
    }
}
