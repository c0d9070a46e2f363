using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Reads a chat completion's request: the top level. Messages and tools have readers of their own.</summary>
internal static class ChatRequestReader
{
    internal static Conversation Read(JsonValue body, RequestHints hints)
    {
        if (!body.IsObject) throw new DialectException("", "The body must be a JSON object.");
        var conversation = new Conversation(Dialect.OpenAIChat) { Model = hints.Model, IsStream = hints.IsStream };
        var messages = default(JsonValue);
        var reasoning = default(JsonValue);
        foreach (var member in body.Members)
        {
            var value = member.Value;
            if (member.Is("messages"u8)) messages = value;
            else if (value.IsNull) continue;
            else if (member.Is("model"u8)) conversation.Model = Expect.String(value, "model");
            else if (member.Is("stream"u8)) conversation.IsStream = Expect.Boolean(value, "stream").IsTrue || hints.IsStream;
            else if (member.Is("stream_options"u8)) StreamOptions(conversation, value);
            else if (member.Is("stop"u8)) Stop(conversation, value);
            else if (member.Is("max_completion_tokens"u8) || member.Is("max_tokens"u8)) Limit(conversation, member);
            else if (member.Is("reasoning"u8) || member.Is("thinking"u8)) ChatReasoningSettings.Read(conversation, member);
            else if (member.Is("reasoning_effort"u8)) reasoning = Expect.String(value, "reasoning_effort") is { IsPresent: true } ? value : default;
            else if (!ChatToolReader.TryRead(conversation, member) && !ChatSettings.TryRead(conversation, member))
                conversation.Vendor.Add(new VendorField(member.Name, value, member.Name.ToText()));
        }

        // The flat name is OpenAI's own and wins over the extension's.
        if (reasoning.IsPresent) conversation.Fields[RequestField.ReasoningEffort] = reasoning;
        if (!conversation.Model.IsPresent) throw Expect.Wrong(default, "model", "a string");
        Expect.Array(messages, "messages");
        if (messages.IsEmptyContainer) throw new DialectException("messages", "'messages' must hold at least one message.");
        ChatMessageReader.Read(conversation, messages);
        return conversation;
    }

    private static void StreamOptions(Conversation conversation, JsonValue value)
    {
        foreach (var option in Expect.Object(value, "stream_options").Members)
        {
            var path = $"stream_options.{option.Name}";
            if (option.Value.IsNull) continue;
            if (option.Is("include_usage"u8)) conversation.WantsStreamUsage = Expect.Boolean(option.Value, path).IsTrue;
            else conversation.Vendor.Add(new VendorField(option.Name, option.Value, path));
        }
    }

    private static void Stop(Conversation conversation, JsonValue value)
    {
        if (value.IsString)
        {
            conversation.StopSequences.Add(value.AsString());
            return;
        }

        if (!value.IsArray) throw Expect.Wrong(value, "stop", "a string or an array of strings");
        var index = 0;
        foreach (var item in value.Items) conversation.StopSequences.Add(Expect.String(item, $"stop[{index++}]"));
    }

    // OpenAI answers 400 when both are there (invalid_parameter_combination).
    private static void Limit(Conversation conversation, JsonField member)
    {
        var name = member.Name.ToText();
        if (conversation.Fields.Has(RequestField.MaxOutputTokens))
            throw new DialectException(name, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.");
        conversation.Fields[RequestField.MaxOutputTokens] = Expect.Integer(member.Value, name);
    }
}
