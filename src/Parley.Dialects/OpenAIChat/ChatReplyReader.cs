using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Reads a plain chat completion as the events that a stream would have given.</summary>
internal static class ChatReplyReader
{
    internal static void Read(JsonValue body, IReplySink sink)
    {
        var choices = body.Member("choices"u8);
        var error = body.Member("error"u8);
        if (error.HasValue || !choices.IsArray)
        {
            // vLLM has an error's message at the top level; a body without choices is no answer at all.
            var failed = ChatErrors.Read(body);
            sink.Accept(failed.Text.IsPresent || error.HasValue ? failed : ChatErrors.Of("The answer has no choices."u8, "invalid_response"u8));
            return;
        }

        var answer = new ChatAnswer();
        answer.Start(body.Member("id"u8), body.Member("model"u8), sink);
        answer.Note(body);
        foreach (var member in body.Members)
        {
            if (!member.Is("id"u8) && !member.Is("model"u8) && !member.Is("choices"u8) && !member.Is("error"u8)) answer.Member(member, sink);
        }

        if (!answer.Choices(choices, isWhole: true, sink)) answer.Complete(sink);
    }
}
