using System.Text;
using ModelContextProtocol.Protocol;
using Parley.Dialects.Json;
using Parley.Gateway.Calls;
using Parley.Gateway.Wrapper;

namespace Parley.Gateway.Mcp;

/// <summary>The default model as tools: what <c>/health</c>, <c>/completion</c> and <c>/chat</c> do (contracts §4).</summary>
internal sealed class WrapperFeature(WrapperService wrapper, HealthCheck health) : McpFeature
{
    /// <summary>The names that no other tool can have.</summary>
    internal static readonly string[] Names = ["health", "completion", "chat"];

    private const string Answer = """
        {
          "type": "object",
          "properties": { "content": { "type": "string", "description": "What the model answered." } },
          "required": ["content"],
          "additionalProperties": false
        }
        """;

    private readonly McpTool[] _tools = [new HealthTool(health), new CompletionTool(wrapper), new ChatTool(wrapper)];

    public override IEnumerable<McpTool> Tools(McpVisit visit) => _tools;

    // A model is somebody else's program: what it does with a question is not for ever the same.
    private static ToolAnnotations Asks() => new() { ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = true };

    private static async ValueTask<CallToolResult> AskAsync(McpToolCall call, Func<CallOrigin, Task<TextAnswer>> ask, CancellationToken cancellation)
    {
        await call.ReportAsync(0, "The model is asked.", cancellation);
        var answer = await ask(call.Visit.Origin);
        if (answer.Error is { } error) return McpResult.Failed(error);
        await call.ReportAsync(1, "The model has answered.", cancellation);
        return McpResult.Of(McpResult.Json(writer => writer.WriteString("content", answer.Text)), answer.Text);
    }

    private sealed class HealthTool(HealthCheck health) : McpTool
    {
        public override Tool Definition { get; } = new()
        {
            Name = Names[0],
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
            Name = Names[1],
            Title = "Ask the default model",
            Description = "Asks the default model one question, without a system prompt.",
            InputSchema = McpResult.Schema("""
                {
                  "type": "object",
                  "properties": { "query": { "type": "string", "description": "The question.", "default": "how are you?" } },
                  "additionalProperties": false
                }
                """),
            OutputSchema = McpResult.Schema(Answer),
            Annotations = Asks(),
        };

        public override ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation)
        {
            if (call.Argument("query") is not null && call.Text("query") is null) return ValueTask.FromResult(McpResult.Failed("'query' is not a text."));
            return AskAsync(call, origin => wrapper.CompleteAsync(origin, call.Text("query"), cancellation), cancellation);
        }
    }

    private sealed class ChatTool(WrapperService wrapper) : McpTool
    {
        public override Tool Definition { get; } = new()
        {
            Name = Names[2],
            Title = "Chat with the default model",
            Description = "Goes on with a conversation with the default model. The configured system prompt comes first, unless the first message is one.",
            InputSchema = McpResult.Schema("""
                {
                  "type": "object",
                  "properties": {
                    "messages": {
                      "type": "array",
                      "minItems": 1,
                      "items": {
                        "type": "object",
                        "properties": {
                          "role": { "type": "string", "enum": ["system", "developer", "user", "assistant"] },
                          "content": {
                            "description": "A text, or a list of parts as OpenAI's chat completions have them.",
                            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "object" } }]
                          }
                        },
                        "required": ["role", "content"]
                      }
                    }
                  },
                  "required": ["messages"],
                  "additionalProperties": false
                }
                """),
            OutputSchema = McpResult.Schema(Answer),
            Annotations = Asks(),
        };

        public override ValueTask<CallToolResult> CallAsync(McpToolCall call, CancellationToken cancellation)
        {
            var messages = call.Argument("messages")?.GetRawText();
            var input = ChatInput.Read(JsonValue.Of(Encoding.UTF8.GetBytes(messages is null ? "{}" : $$"""{"messages":{{messages}}}""")));
            return input.Faults.Count > 0
                ? ValueTask.FromResult(McpResult.Failed(string.Join('\n', input.Faults.Select(static fault => $"{fault.Location.Replace("\"body\",", "", StringComparison.Ordinal)}: {fault.Message}"))))
                : AskAsync(call, origin => wrapper.ChatAsync(origin, input, cancellation), cancellation);
        }
    }
}
