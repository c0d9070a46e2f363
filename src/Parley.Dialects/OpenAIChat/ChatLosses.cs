using System.Collections.Frozen;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>What of an answer chat completions cannot say.</summary>
internal static class ChatLosses
{
    // Names that may become a metric's label; a provider could make up any other.
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        "server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result", "bash_code_execution_tool_result",
        "text_editor_code_execution_tool_result", "mcp_tool_use", "mcp_tool_result", "container_upload", "web_search_call", "file_search_call",
        "code_interpreter_call", "image_generation_call", "computer_call", "mcp_call", "mcp_list_tools", "mcp_approval_request", "local_shell_call");

    /// <summary>Said for a model that declined without words: typed clients look for the text, not for the reason.</summary>
    internal static ReadOnlySpan<byte> DefaultRefusal => "The model declined to answer."u8;

    internal static void Opaque(LossReport losses, JsonValue block)
    {
        var type = block.Member("type"u8).AsString().ToText();
        var path = "reply.content." + (Known.Contains(type) ? type : "other");
        losses.Add(path, "chat completions have no such part", path);
    }

    internal static void Media(LossReport losses, MediaPart? media)
    {
        var path = "reply.content." + (media?.Media.ToString().ToLowerInvariant() ?? "other");
        losses.Add(path, "chat completions have no word for it", path);
    }

    internal static void MoreCalls(LossReport losses) =>
        losses.Add("reply.tool_calls", "function_call holds one call", "reply.tool_calls");
}
