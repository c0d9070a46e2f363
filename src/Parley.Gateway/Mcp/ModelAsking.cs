using System.Text;
using ModelContextProtocol.Protocol;
using Parley.Dialects.Json;
using Parley.Gateway.Calls;
using Parley.Gateway.Wrapper;

namespace Parley.Gateway.Mcp;

/// <summary>What the tools that ask a model have in common: <c>completion</c>, <c>chat</c> and those of single models.</summary>
internal static class ModelAsking
{
    /// <summary>Their answer's schema.</summary>
    internal const string Answer = """
        {
          "type": "object",
          "properties": { "content": { "type": "string", "description": "What the model answered." } },
          "required": ["content"],
          "additionalProperties": false
        }
        """;

    /// <summary>The schema of <c>messages</c>, as a member.</summary>
    internal const string Messages = """
        "messages": {
          "type": "array",
          "minItems": 1,
          "description": "A conversation. The configured system prompt comes first, unless the first message is one.",
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
        """;

    /// <summary>The schema of <c>model</c>, as a member.</summary>
    internal const string Model = """
        "model": { "type": "string", "minLength": 1, "description": "The model to ask, as list_models names it. The default model where it is left out." }
        """;

    // A model is somebody else's program: what it does with a question is not for ever the same.
    internal static ToolAnnotations Annotations() => new() { ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = true };

    /// <summary>What is wrong with an argument that may be left out, but is a text that says something where it is not; null when nothing is.</summary>
    internal static string? ProblemOf(McpToolCall call, string name) =>
        call.Argument(name) is null ? null : call.Text(name) is not { } text ? $"'{name}' is not a text." : name == "model" && text.Length == 0 ? "'model' is empty. Leave it out for the default model." : null;

    /// <summary>The conversation of a call.</summary>
    internal static ChatInput MessagesOf(McpToolCall call)
    {
        var messages = call.Argument("messages")?.GetRawText();
        return ChatInput.Read(JsonValue.Of(Encoding.UTF8.GetBytes(messages is null ? "{}" : $$"""{"messages":{{messages}}}""")));
    }

    /// <summary>What is wrong with a conversation, in words.</summary>
    internal static CallToolResult Refused(ChatInput input) =>
        McpResult.Failed(string.Join('\n', input.Faults.Select(static fault => $"{fault.Location.Replace("\"body\",", "", StringComparison.Ordinal)}: {fault.Message}")));

    /// <summary>Asks, and tells the client how far it is.</summary>
    internal static async ValueTask<CallToolResult> AskAsync(McpToolCall call, Func<CallOrigin, Task<TextAnswer>> ask, CancellationToken cancellation)
    {
        await call.ReportAsync(0, "The model is asked.", cancellation);
        var answer = await ask(call.Visit.Origin);
        if (answer.Error is { } error) return McpResult.Failed(error);
        await call.ReportAsync(1, "The model has answered.", cancellation);
        return McpResult.Of(McpResult.Json(writer => writer.WriteString("content", answer.Text)), answer.Text);
    }
}
