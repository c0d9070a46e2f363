using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Plays thoughts back: OpenAI's own, sealed ones. What another family has signed says nothing here, and is reported.</summary>
internal static class ResponsesReasoningWriter
{
    /// <summary>Writes the reasoning item that begins with the part at <paramref name="at"/>; the index behind its last part.</summary>
    internal static int Write(RequestWriting writing, Turn turn, int at, bool isOwn)
    {
        var first = (ReasoningPart)turn.Parts[at];
        var end = at + 1;
        // What was thought and what was summarised are two parts of one item.
        while (end < turn.Parts.Count && turn.Parts[end] is ReasoningPart next && (isOwn || (first.Id.IsPresent
            && next.Id == first.Id))) end++;
        var parts = turn.Parts.GetRange(at, end - at).ConvertAll(part => (ReasoningPart)part);
        var sealedPart = parts.Find(part => part.Origin == ReasoningOrigin.OpenAI && part.Signature.IsPresent);
        var isForeign = parts.Exists(part => part.Origin is not (ReasoningOrigin.None or ReasoningOrigin.OpenAI));
        if (isForeign || (!isOwn && sealedPart is null))
        {
            writing.Lose(turn, first, "reasoning", isForeign
                ? "only the family that signed it can read it" : "OpenAI reads only what it has encrypted");
            return end;
        }

        var json = writing.Json.BeginObject().Member("type"u8, "reasoning"u8);
        // An id of another provider's item would be looked up, and not found.
        if (isOwn || first.Id.StartsWith("rs_"u8)) json.MemberIfPresent("id"u8, first.Id);
        Texts(json, "summary"u8, "summary_text"u8, parts.Find(part => part.IsSummary || !isOwn), isAlways: true);
        if (isOwn) Texts(json, "content"u8, "reasoning_text"u8, parts.Find(part => !part.IsSummary), isAlways: false);
        if (sealedPart is not null) json.Member("encrypted_content"u8, sealedPart.Signature);
        foreach (var part in parts)
        {
            foreach (var field in writing.Vendor(part.Vendor)) json.Member(field.Name.Span, field.Value);
        }

        json.EndObject();
        return end;
    }

    private static void Texts(JsonOutput json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> type, ReasoningPart? part, bool isAlways)
    {
        if (part is null && !isAlways) return;
        json.BeginArray(name);
        if (part?.Texts is { } texts)
        {
            foreach (var text in texts) ResponsesItemWriter.Text(json, type, text);
        }
        else if (part?.Text is { IsPresent: true } text)
        {
            ResponsesItemWriter.Text(json, type, text);
        }

        json.EndArray();
    }
}
