using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>
/// <c>thread</c>: Anthropic keeps the conversation for some minutes and takes the next turn alone (platform.claude.com, "Message threads").
/// Nobody else keeps one. A thread is best effort by contract: its begin holds the whole conversation and is translated without it, and a
/// continuation, of which nothing else is known here, is answered as Anthropic answers for a thread that is gone. Its clients then send all of it.
/// </summary>
public static class MessagesThread
{
    /// <summary>Anthropic's code for a thread that is not there, in <c>error.details.error_code</c>.</summary>
    public const string NotFound = "thread_not_found";

    internal static void Read(Conversation request, JsonValue thread)
    {
        request.Vendor.Add(new VendorField(JsonString.Literal("thread"u8), thread, "thread"));
        var type = Expect.String(thread.Member("type"u8), "thread.type");
        if (type.Is("create"u8)) return;
        if (!type.Is("continue"u8)) throw Expect.Unknown(type, "thread.type", "create, continue");
        Expect.String(thread.Member("previous_message_id"u8), "thread.previous_message_id");
        const string Message = "No thread is kept for this model. Send the whole conversation.";
        request.Untranslatable.Add(new TranslationObstacle("thread.previous_message_id", Message) { Code = NotFound });
    }
}
