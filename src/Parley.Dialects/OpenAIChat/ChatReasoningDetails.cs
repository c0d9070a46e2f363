using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Writes thoughts as entries of <c>reasoning_details</c>.</summary>
internal static class ChatReasoningDetails
{
    /// <summary>One thought: its text or summary, and what is hidden in it.</summary>
    internal static void Write(JsonOutput json, ReasoningPart part, ref int index) =>
        Write(json, part.IsSummary, part.Text, part.Signature, part.Redacted, part.Origin, part.CallId.IsPresent ? part.CallId : part.Id, ref index);

    internal static void Write(
        JsonOutput json, bool isSummary, JsonString text, JsonString signature, JsonString redacted, ReasoningOrigin origin, JsonString id, ref int index)
    {
        // Claude's signature belongs to the text beside it; OpenAI's and Gemini's is a secret of its own.
        var isBeside = ChatReasoningFormats.IsRedacted(origin) || origin == ReasoningOrigin.None;
        if (!text.IsEmpty || (isBeside && signature.IsPresent))
        {
            json.BeginObject().Member("type"u8, isSummary ? "reasoning.summary"u8 : "reasoning.text"u8)
                .Member(isSummary ? "summary"u8 : "text"u8, text);
            if (isBeside) json.MemberIfPresent("signature"u8, signature);
            json.MemberIfPresent("id"u8, id);
            End(json, origin, index++);
        }

        if (!isBeside && signature.IsPresent) Encrypted(json, signature, origin, id, index++);
        if (redacted.IsPresent) Encrypted(json, redacted, origin, id, index++);
    }

    internal static void Encrypted(JsonOutput json, JsonString data, ReasoningOrigin origin, JsonString id, int index)
    {
        json.BeginObject().Member("type"u8, "reasoning.encrypted"u8).Member("data"u8, data).MemberIfPresent("id"u8, id);
        End(json, origin, index);
    }

    private static void End(JsonOutput json, ReasoningOrigin origin, int index) =>
        json.Member("format"u8, ChatReasoningFormats.Of(origin)).Member("index"u8, index).EndObject();
}
