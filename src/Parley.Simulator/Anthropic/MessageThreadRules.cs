using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// <c>thread</c>, a beta (platform.claude.com, "Message threads"): the server may keep the conversation and take the next turn alone. It is best
/// effort, and this server keeps none: what begins a thread is answered, what continues one is told that it is gone.
/// </summary>
internal static class MessageThreadRules
{
    private const string Beta = "message-threads-2026-08-12";

    public static AnthropicRefusal? Check(SimulatedCall call)
    {
        if (call.Body.Find("thread") is not { ValueKind: JsonValueKind.Object } thread)
            return null;
        if (call.Operation == Operation.CountMessageTokens || call.Header("anthropic-beta")?.Contains(Beta, StringComparison.Ordinal) is not true)
            return AnthropicRefusal.Invalid("thread: Extra inputs are not permitted");
        switch (thread.FindString("type"))
        {
            case "create":
                return MessagesRules.Extra(thread, "thread.create.", ["type"]);
            case "continue":
                return MessagesRules.Required(thread, "previous_message_id", JsonValueKind.String, "thread.continue.") ?? Gone;
            case var type:
                return AnthropicRefusal.Invalid($"thread: Input tag '{type}' found using 'type' does not match any of the expected tags: 'continue', 'create'");
        }
    }

    private static AnthropicRefusal Gone { get; } = AnthropicRefusal.NotFound("No usable thread state was found for `previous_message_id`.") with
    {
        More = static writer =>
        {
            writer.WriteStartObject("details");
            writer.WriteString("error_code", "thread_not_found");
            writer.WriteEndObject();
        },
    };
}
