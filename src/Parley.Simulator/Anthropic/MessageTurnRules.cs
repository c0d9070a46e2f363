using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What Messages refuses in the order of turns: calls and their results, thoughts and who signed them, the last turn.</summary>
internal static class MessageTurnRules
{
    private const string Thinking = "thinking";

    public static AnthropicRefusal? Check(JsonElement body, ClaudeTraits traits)
    {
        var messages = body.FindArray("messages").ToArray();
        if (messages.Length == 0)
            return AnthropicRefusal.Invalid("messages: at least one message is required");
        if (messages[0].FindString("role") != "user")
            return AnthropicRefusal.Invalid("messages: first message must use the \"user\" role");
        for (var index = 0; index < messages.Length; index++)
        {
            // Only the last turn of the assistant may be empty.
            var empty = messages[index].Find("content") is { ValueKind: JsonValueKind.String } text ? text.GetString()!.Length == 0 : !Blocks(messages[index]).Any();
            if (empty && !(index == messages.Length - 1 && messages[index].FindString("role") == "assistant"))
                return AnthropicRefusal.Invalid($"messages.{index}: all messages must have non-empty content except for the optional final assistant message");
        }
        return Tools(messages) ?? Signatures(messages) ?? FirstThought(body, messages) ?? Prefill(body, messages, traits);
    }

    public static IEnumerable<JsonElement> Blocks(JsonElement message) => message.FindArray("content");

    private static AnthropicRefusal? Tools(JsonElement[] messages)
    {
        var open = new List<string>();
        var openedAt = 0;
        for (var index = 0; index < messages.Length; index++)
        {
            // Turns of one speaker in a row are one turn.
            var continues = index > 0 && messages[index].FindString("role") == messages[index - 1].FindString("role");
            var assistant = messages[index].FindString("role") == "assistant";
            var blocks = Blocks(messages[index]).ToArray();
            if (assistant)
            {
                if (!continues)
                    open.Clear();
                (open, openedAt) = ([.. open, .. blocks.Where(b => b.FindString("type") == "tool_use").Select(b => b.FindString("id")!)], index);
                if (open.Count > 0 && index == messages.Length - 1)
                    return Unanswered(openedAt, open);
                continue;
            }
            var answered = new List<string>();
            var (results, spoken) = (0, false);
            for (var at = 0; at < blocks.Length; at++)
            {
                if (blocks[at].FindString("type") != "tool_result")
                {
                    spoken = true;
                    continue;
                }
                results++;
                var id = blocks[at].FindString("tool_use_id")!;
                if (answered.Contains(id))
                    return AnthropicRefusal.Invalid($"messages.{index}.content.{at}: each tool_use must have a single result. Found multiple `tool_result` blocks with id: {id}");
                if (!open.Contains(id))
                {
                    return AnthropicRefusal.Invalid($"messages.{index}.content.{at}: unexpected `tool_use_id` found in `tool_result` blocks: {id}. "
                        + "Each `tool_result` block must have a corresponding `tool_use` block in the previous message.");
                }
                // Text before a result: then it does not follow immediately.
                if (spoken)
                    return Unanswered(openedAt, open);
                answered.Add(id);
            }
            var left = open.Except(answered).ToList();
            var more = index + 1 < messages.Length && messages[index + 1].FindString("role") == "user";
            if (left.Count > 0 && !more)
                return Unanswered(openedAt, left);
            open = left;
        }
        return null;
    }

    private static AnthropicRefusal Unanswered(int index, List<string> ids) => AnthropicRefusal.Invalid(
        $"messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after: {string.Join(", ", ids)}. "
        + "Each `tool_use` block must have a corresponding `tool_result` block in the next message.");

    private static AnthropicRefusal? Signatures(JsonElement[] messages)
    {
        for (var index = 0; index < messages.Length; index++)
        {
            var at = -1;
            foreach (var block in Blocks(messages[index]))
            {
                at++;
                if (block.FindString("type") == Thinking && !ReasoningSeal.IsOurs(block.FindString("signature")!, "claude", block.FindString(Thinking)!))
                    return AnthropicRefusal.Invalid($"messages.{index}.content.{at}: Invalid `signature` in `thinking` block");
                if (block.FindString("type") == "redacted_thinking" && !ReasoningSeal.IsOurs(block.FindString("data")!, "claude-redacted", ""))
                    return AnthropicRefusal.Invalid($"messages.{index}.content.{at}: Invalid `data` in `redacted_thinking` block");
            }
        }
        return null;
    }

    // With a thinking budget the assistant's turn that called the tools just answered begins with its thoughts; adaptive thinking does not ask for it.
    private static AnthropicRefusal? FirstThought(JsonElement body, JsonElement[] messages)
    {
        if (body.Find(Thinking)?.FindString("type") != "enabled" || !Blocks(messages[^1]).Any(b => b.FindString("type") == "tool_result"))
            return null;
        var index = Array.FindLastIndex(messages, message => message.FindString("role") == "assistant");
        var first = index < 0 ? null : Blocks(messages[index]).FirstOrDefault().FindString("type");
        return first is null or Thinking or "redacted_thinking" ? null : AnthropicRefusal.Invalid(
            $"messages.{index}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `{first}`. When `thinking` is enabled, a final `assistant` "
            + "message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you include thinking "
            + "blocks from previous turns. To avoid this requirement, disable `thinking`. Please consult our documentation at "
            + "https://docs.claude.com/en/docs/build-with-claude/extended-thinking");
    }

    private static AnthropicRefusal? Prefill(JsonElement body, JsonElement[] messages, ClaudeTraits traits)
    {
        if (messages[^1].FindString("role") != "assistant")
            return null;
        if (!traits.TakesPrefill || MessageThinkingRules.IsOn(body))
            return AnthropicRefusal.Invalid("This model does not support assistant message prefill. The conversation must end with a user message.");
        var content = messages[^1].Find("content")!.Value;
        var text = content.ValueKind == JsonValueKind.String ? content.GetString()! : Blocks(messages[^1]).LastOrDefault().FindString("text") ?? "";
        return text.Length > 0 && char.IsWhiteSpace(text[^1])
            ? AnthropicRefusal.Invalid("messages: final assistant content cannot end with trailing whitespace")
            : null;
    }
}
