using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// Reads what an assistant message says it thought. <c>reasoning_details</c> has the signatures; where it has texts as well,
/// <c>reasoning_content</c> (DeepSeek, vLLM, xAI) and <c>reasoning</c> (OpenRouter) only repeat them.
/// </summary>
internal static class ChatReasoningReader
{
    internal static void Read(Turn turn, JsonValue message, string path)
    {
        var details = message.Member("reasoning_details"u8);
        var hasText = false;
        if (details.HasValue)
        {
            var index = 0;
            ChatThoughtPieces? open = null;
            foreach (var detail in Expect.Array(details, path + ".reasoning_details").Items)
            {
                var at = $"{path}.reasoning_details[{index++}]";
                hasText |= Detail(turn, Expect.Object(detail, at), at, ref open);
            }

            open?.End();
        }

        var text = message.Member("reasoning_content"u8);
        var name = text.HasValue ? ".reasoning_content" : ".reasoning";
        if (!text.HasValue) text = message.Member("reasoning"u8);
        if (!text.HasValue || hasText) return;
        var thought = Expect.String(text, path + name);
        if (thought.IsEmpty) return;
        // A client may keep the plain text and the signature, but not the text that was signed beside it: the two belong together.
        if (turn.Parts.Find(p => p is ReasoningPart { Text.IsPresent: false, Origin: ReasoningOrigin.Anthropic or ReasoningOrigin.Bedrock, Signature.IsPresent: true })
            is ReasoningPart signed) signed.Text = thought;
        else turn.Parts.Insert(0, new ReasoningPart { Text = thought });
    }

    // Clients that gather a stream leave each piece as an entry of its own; pieces of one block have the same index.
    private static bool Detail(Turn turn, JsonValue detail, string path, ref ChatThoughtPieces? open)
    {
        var type = Expect.String(detail.Member("type"u8), path + ".type");
        var index = detail.Member("index"u8);
        var origin = ChatReasoningFormats.Read(detail.Member("format"u8).AsString());
        var id = detail.Member("id"u8).AsString();
        if (type.Is("reasoning.encrypted"u8))
        {
            var data = Expect.String(detail.Member("data"u8), path + ".data");
            open?.End();
            if (origin == ReasoningOrigin.OpenAI && turn.Parts.Count > 0
                && turn.Parts[^1] is ReasoningPart { IsSummary: true, Signature.IsPresent: false } summary
                && (!summary.Id.IsPresent || !id.IsPresent || summary.Id == id))
            {
                (summary.Signature, summary.Id, summary.Origin) = (data, id, origin);
                if (open is not null) open = new ChatThoughtPieces(summary, open.Index);
                return false;
            }

            var part = new ReasoningPart { Origin = origin };
            if (ChatReasoningFormats.IsRedacted(origin)) part.Redacted = data;
            else part.Signature = data;
            if (origin == ReasoningOrigin.Gemini) part.CallId = id;
            else part.Id = id;
            turn.Parts.Add(part);
            open = null;
            return false;
        }

        var isSummary = type.Is("reasoning.summary"u8);
        if (!isSummary && !type.Is("reasoning.text"u8))
        {
            turn.Parts.Add(new OpaquePart(Dialect.OpenAIChat, type, detail));
            return false;
        }

        var text = detail.Member(isSummary ? "summary"u8 : "text"u8).AsString();
        var signature = detail.Member("signature"u8).AsString();
        var continues = open is not null && index.HasValue && open.Index.Span.SequenceEqual(index.Span)
            && turn.Parts[^1] == open.Part && open.Part.IsSummary == isSummary;
        if (!continues)
        {
            open?.End();
            open = new ChatThoughtPieces(new ReasoningPart { IsSummary = isSummary }, index);
            turn.Parts.Add(open.Part);
        }

        open!.Add(text, signature);
        var target = open.Part;
        if (origin != ReasoningOrigin.None) target.Origin = origin;
        if (id.IsPresent) target.Id = id;
        return !text.IsEmpty;
    }
}
