using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Reports what of another vendor's answer has no word in this dialect.</summary>
internal static class MessagesReplyLosses
{
    // Labels of metrics must be bounded: of these the type is named, of any other it is not.
    private static readonly string[] Known =
        ["web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "computer_call", "mcp_call", "mcp_list_tools", "local_shell_call"];

    internal static void Opaque(ReplyContext context, JsonString type, Dialect origin)
    {
        var name = Array.Find(Known, known => type.ToText() == known) ?? "other";
        context.Losses.Add("reply.content." + name, $"only {origin} has it", "reply.content." + name);
    }

    /// <summary>Reports a reason for the end that has no word here.</summary>
    internal static void Finish(ReplyContext context, FinishReason finish, JsonString word, JsonString raw)
    {
        if (finish is FinishReason.MalformedToolCall or FinishReason.Other && word != raw)
            context.Losses.Add("reply.finish_reason", "Anthropic has no word for it");
    }

    internal static void Media(ReplyContext context) =>
        context.Losses.Add("reply.content.media", "Anthropic has no words for what a model draws or speaks");

    internal static void Citation(ReplyContext context) =>
        context.Losses.Add("reply.content.annotations", "Anthropic has words for web pages and its own sources alone");

    internal static void Logprobs(ReplyContext context) => context.Losses.Add("reply.logprobs", "Anthropic has none");

    internal static void Choice(ReplyContext context) => context.Losses.Add("reply.choices", "Anthropic gives one answer");
}
