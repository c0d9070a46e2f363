using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parley.Simulator;

/// <summary>What Messages refuses in a single message or content block, wherever it stands.</summary>
internal static partial class MessageBlockRules
{
    private const int MostBreakpoints = 4;

    // The blocks whose members are checked. The others belong to server tools and come back as they were sent.
    private static readonly Dictionary<string, string[]> Members = new(StringComparer.Ordinal)
    {
        ["text"] = ["type", "text", "citations", "cache_control"],
        ["image"] = ["type", "source", "cache_control"],
        ["document"] = ["type", "source", "title", "context", "citations", "cache_control"],
        ["tool_use"] = ["type", "id", "name", "input", "cache_control", "caller"],
        ["tool_result"] = ["type", "tool_use_id", "content", "is_error", "cache_control"],
        ["thinking"] = ["type", "thinking", "signature"],
        ["redacted_thinking"] = ["type", "data"],
        ["search_result"] = ["type", "source", "title", "content", "citations", "cache_control"],
    };

    private static readonly string[] Others =
    [
        "advisor_tool_result", "bash_code_execution_tool_result", "code_execution_tool_result", "compaction", "container_upload", "fallback", "mcp_tool_result",
        "mcp_tool_use", "server_tool_use", "text_editor_code_execution_tool_result", "tool_reference", "tool_search_tool_result", "web_fetch_tool_result",
        "web_search_tool_result",
    ];

    private static readonly string[] ImageTypes = ["image/jpeg", "image/png", "image/gif", "image/webp"];

    public static AnthropicRefusal? Check(JsonElement body)
    {
        var breakpoints = body.Find("cache_control") is null ? 0 : 1;
        breakpoints += body.FindArray("tools").Count(tool => tool.Find("cache_control") is not null);
        if (body.Find("system") is { } system && System(system, ref breakpoints) is { } problem)
            return problem;
        var index = -1;
        foreach (var message in body.FindArray("messages"))
        {
            index++;
            if (Message(message, $"messages.{index}", ref breakpoints) is { } wrong)
                return wrong;
        }
        return breakpoints > MostBreakpoints
            ? AnthropicRefusal.Invalid($"A maximum of {MostBreakpoints} blocks with cache_control may be provided. Found {breakpoints}.")
            : null;
    }

    private static AnthropicRefusal? System(JsonElement system, ref int breakpoints)
    {
        if (system.ValueKind == JsonValueKind.String)
            return null;
        if (system.ValueKind != JsonValueKind.Array)
            return AnthropicRefusal.Invalid("system: Input should be a valid list");
        var index = -1;
        foreach (var block in system.EnumerateArray())
        {
            index++;
            if (block.FindString("type") != "text")
                return AnthropicRefusal.Invalid($"system.{index}.type: Input should be 'text'");
            if (Block(block, $"system.{index}", "system", ref breakpoints) is { } problem)
                return problem;
        }
        return null;
    }

    private static AnthropicRefusal? Message(JsonElement message, string path, ref int breakpoints)
    {
        if (message.ValueKind != JsonValueKind.Object)
            return AnthropicRefusal.Invalid($"{path}: Input should be a valid dictionary");
        var role = message.FindString("role");
        if (role == "system")
        {
            return AnthropicRefusal.Invalid("messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter, not \"system\" as an "
                + "input message role.");
        }
        if (message.Find("role") is null)
            return AnthropicRefusal.Invalid($"{path}.role: Field required");
        if (role is not ("user" or "assistant"))
            return AnthropicRefusal.Invalid($"{path}.role: Input should be 'user' or 'assistant'");
        if (MessagesRules.Extra(message, $"{path}.", ["role", "content"]) is { } extra)
            return extra;
        if (message.Find("content") is not { } content)
            return AnthropicRefusal.Invalid($"{path}.content: Field required");
        if (content.ValueKind == JsonValueKind.String)
            return null;
        if (content.ValueKind != JsonValueKind.Array)
            return AnthropicRefusal.Invalid($"{path}.content: Input should be a valid list");
        var index = -1;
        foreach (var block in content.EnumerateArray())
        {
            index++;
            if (Block(block, $"{path}.content.{index}", role, ref breakpoints) is { } problem)
                return problem;
        }
        return null;
    }

    private static AnthropicRefusal? Block(JsonElement block, string path, string role, ref int breakpoints)
    {
        if (block.ValueKind != JsonValueKind.Object)
            return AnthropicRefusal.Invalid($"{path}: Input should be a valid dictionary");
        if (block.FindString("type") is not { } type)
            return AnthropicRefusal.Invalid($"{path}.type: Field required");
        if (!Members.TryGetValue(type, out var members))
        {
            return Others.Contains(type, StringComparer.Ordinal) ? null : AnthropicRefusal.Invalid(
                $"{path}: Input tag '{type}' found using 'type' does not match any of the expected tags: "
                + string.Join(", ", Members.Keys.Concat(Others).Order(StringComparer.Ordinal).Select(tag => $"'{tag}'")));
        }
        if (MessagesRules.Extra(block, $"{path}.{type}.", members) is { } extra)
            return extra;
        if (block.Find("cache_control") is { } cache)
        {
            breakpoints++;
            if (cache.FindString("type") != "ephemeral")
                return AnthropicRefusal.Invalid($"{path}.{type}.cache_control: Input tag '{cache.FindString("type")}' found using 'type' does not match any of the expected tags: 'ephemeral'");
            if (cache.FindString("ttl") is { } ttl and not ("5m" or "1h"))
                return AnthropicRefusal.Invalid($"{path}.{type}.cache_control.ephemeral.ttl: Input should be '5m' or '1h'");
        }
        return Inside(block, $"{path}.{type}.", type, role) ?? (type == "tool_result" ? Result(block, path, ref breakpoints) : null);
    }

    private static AnthropicRefusal? Inside(JsonElement block, string path, string type, string role)
    {
        switch (type)
        {
            case "text":
                if (MessagesRules.Required(block, "text", JsonValueKind.String, path) is { } noText)
                    return noText;
                if (block.FindString("text")!.Length == 0)
                    return AnthropicRefusal.Invalid(role == "system" ? "system: text content blocks must be non-empty" : "messages: text content blocks must be non-empty");
                return block.Find("cache_control") is not null && string.IsNullOrWhiteSpace(block.FindString("text"))
                    ? AnthropicRefusal.Invalid($"{path[..^5]}cache_control cannot be set for empty text blocks")
                    : null;
            case "image" or "document":
                return MessagesRules.Required(block, "source", JsonValueKind.Object, path) ?? Source(block.Find("source")!.Value, $"{path}source.", type);
            case "tool_use":
                return MessagesRules.Required(block, "id", JsonValueKind.String, path) ?? Id(block.FindString("id")!, $"{path}id")
                    ?? MessagesRules.Required(block, "name", JsonValueKind.String, path) ?? MessagesRules.Required(block, "input", JsonValueKind.Object, path);
            case "tool_result":
                return MessagesRules.Required(block, "tool_use_id", JsonValueKind.String, path) ?? Id(block.FindString("tool_use_id")!, $"{path}tool_use_id");
            case "thinking":
                return MessagesRules.Required(block, "signature", JsonValueKind.String, path) ?? MessagesRules.Required(block, "thinking", JsonValueKind.String, path);
            case "redacted_thinking":
                return MessagesRules.Required(block, "data", JsonValueKind.String, path);
            default:
                return null;
        }
    }

    private static AnthropicRefusal? Result(JsonElement block, string path, ref int breakpoints)
    {
        if (block.Find("content") is not { } content || content.ValueKind == JsonValueKind.String)
            return null;
        if (content.ValueKind != JsonValueKind.Array)
            return AnthropicRefusal.Invalid($"{path}.tool_result.content: Input should be a valid list");
        var index = -1;
        foreach (var inner in content.EnumerateArray())
        {
            index++;
            var at = $"{path}.tool_result.content.{index}";
            if (inner.FindString("type") is not ("text" or "image" or "document" or "search_result" or "tool_reference"))
                return AnthropicRefusal.Invalid($"{at}: Input tag '{inner.FindString("type")}' found using 'type' does not match any of the expected tags: 'document', 'image', 'search_result', 'text', 'tool_reference'");
            if (Block(inner, at, "user", ref breakpoints) is { } problem)
                return problem;
        }
        return null;
    }

    private static AnthropicRefusal? Source(JsonElement source, string path, string type)
    {
        var kind = source.FindString("type");
        switch (kind)
        {
            case "base64":
                var media = source.FindString("media_type");
                if (media is null)
                    return AnthropicRefusal.Invalid($"{path}base64.media_type: Field required");
                if (type == "image" && !ImageTypes.Contains(media))
                    return AnthropicRefusal.Invalid($"{path}base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'");
                if (type == "document" && media != "application/pdf")
                    return AnthropicRefusal.Invalid($"{path}base64.media_type: Input should be 'application/pdf'");
                if (source.FindString("data") is not { } data)
                    return AnthropicRefusal.Invalid($"{path}base64.data: Field required");
                return Convert.TryFromBase64String(data, new byte[data.Length], out _) ? null : AnthropicRefusal.Invalid($"{path}base64: invalid base64 data");
            case "url":
                return source.FindString("url") is { } url && url.StartsWith("https://", StringComparison.Ordinal) ? null : AnthropicRefusal.Invalid("Only HTTPS URLs are supported.");
            case "file":
                return MessagesRules.Required(source, "file_id", JsonValueKind.String, $"{path}file.");
            case "text" or "content" when type == "document":
                return null;
            default:
                return AnthropicRefusal.Invalid($"{path[..^1]}: Input tag '{kind}' found using 'type' does not match any of the expected tags: "
                    + (type == "image" ? "'base64', 'file', 'url'" : "'base64', 'content', 'file', 'text', 'url'"));
        }
    }

    private static AnthropicRefusal? Id(string id, string path) =>
        IdPattern().IsMatch(id) ? null : AnthropicRefusal.Invalid($"{path}: String should match pattern '^[a-zA-Z0-9_-]+$'");

    [GeneratedRegex("^[a-zA-Z0-9_-]+$")]
    private static partial Regex IdPattern();
}
