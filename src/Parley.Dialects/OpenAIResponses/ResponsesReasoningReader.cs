using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>
/// Reads a reasoning item that is played back: a part for what was thought (<c>content</c>), one for what was summarised, the encrypted
/// content on the last. Another family's signature, which travelled in its place, gets its origin back.
/// </summary>
internal static class ResponsesReasoningReader
{
    internal static Turn Read(JsonValue item, int index)
    {
        JsonString id = default, encrypted = default;
        JsonValue summary = default, content = default;
        List<VendorField>? vendor = null;
        foreach (var member in item.Members)
        {
            if (member.Is("type"u8)) continue;
            if (member.Is("summary"u8)) summary = member.Value;
            else if (member.Is("content"u8) && HasTexts(member.Value)) content = member.Value;
            else if (member.Is("id"u8) && member.Value.IsString) id = member.Value.AsString();
            else if (member.Is("encrypted_content"u8) && member.Value.IsString) encrypted = member.Value.AsString();
            else if (member.Is("status"u8) || !member.Value.HasValue || member.Value.IsEmptyContainer)
                (vendor ??= []).Add(ResponsesRequestReader.Silent(member));
            else (vendor ??= []).Add(new VendorField(member.Name, member.Value, $"input[{index}].{member.Name}"));
        }

        if (!summary.IsArray) throw Expect.Wrong(summary, $"input[{index}].summary", "an array");
        var turn = new Turn(TurnRole.Assistant, index);
        if (content.IsPresent) turn.Parts.Add(Part(content, id, isSummary: false, index));
        if (!summary.IsEmptyContainer || !content.IsPresent) turn.Parts.Add(Part(summary, id, isSummary: true, index));
        var last = (ReasoningPart)turn.Parts[^1];
        last.Vendor = vendor;
        if (encrypted.IsEmpty || ReasoningCarrier.TryUnpack(encrypted, last)) return turn;
        last.Origin = ReasoningOrigin.OpenAI;
        last.Signature = encrypted;
        return turn;
    }

    // Content in a form that nobody knows yet is kept as a field.
    private static bool HasTexts(JsonValue content)
    {
        if (!content.IsArray || content.IsEmptyContainer) return false;
        foreach (var entry in content.Items)
        {
            if (!entry.Member("type"u8).AsString().Is("reasoning_text"u8) || !entry.Member("text"u8).IsString) return false;
        }

        return true;
    }

    private static ReasoningPart Part(JsonValue entries, JsonString id, bool isSummary, int index)
    {
        var texts = new List<JsonString>();
        foreach (var entry in entries.Items)
        {
            var text = entry.Member("text"u8);
            texts.Add(text.IsString
                ? text.AsString() : throw Expect.Wrong(text, $"input[{index}].summary[{texts.Count}].text", "a string"));
        }

        return new ReasoningPart
        {
            Id = id,
            IsSummary = isSummary,
            Text = texts.Count == 0 ? default : texts.Count == 1 ? texts[0] : Join(texts),
            Texts = texts.Count > 1 ? texts : null,
        };
    }

    private static JsonString Join(List<JsonString> texts)
    {
        var joined = new List<byte>();
        foreach (var text in texts)
        {
            if (joined.Count > 0) joined.AddRange(@"\n\n"u8);
            joined.AddRange(text.Span);
        }

        return new JsonString(joined.ToArray());
    }
}
