using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>Writes content parts, of messages and of tool results.</summary>
internal static class ResponsesContentWriter
{
    /// <summary>False for a part that the dialect has no form for, which is reported.</summary>
    internal static bool CanWrite(RequestWriting writing, Turn turn, ContentPart part, bool isAssistant)
    {
        var isOwn = writing.Conversation.Origin == Dialect.OpenAIResponses;
        var (what, reason) = part switch
        {
            TextPart or JsonPart or RefusalPart => ("", ""),
            OpaquePart opaque => isOwn ? ("", "") : (opaque.Type.ToText(), "Responses has no form for it"),
            MediaPart when isOwn => ("", ""),
            MediaPart when isAssistant => ("media", "an assistant's message is text"),
            MediaPart { Media: MediaKind.Video } => ("video", "Responses takes no video"),
            // InputContent in openai.openapi.yaml: text, image, file.
            MediaPart { Media: MediaKind.Audio } when writing.Target.IsOpenAI => ("audio", "OpenAI's Responses API takes no sound"),
            MediaPart { Source: MediaSourceKind.FileId } when writing.Conversation.Origin != Dialect.OpenAIChat =>
                ("file_id", "the file is stored by another vendor"),
            MediaPart => ("", ""),
            _ => ("content", "Responses has no form for it"),
        };
        if (reason.Length > 0) writing.Lose(turn, part, what, reason);
        return reason.Length == 0;
    }

    internal static void Write(RequestWriting writing, Turn turn, ContentPart part, bool isAssistant, bool isOwn)
    {
        if (!CanWrite(writing, turn, part, isAssistant)) return;
        ResponsesTurnWriter.ReportMarks(writing, turn, part);
        var json = writing.Json;
        switch (part)
        {
            case OpaquePart opaque:
                json.Value(opaque.Raw);
                return;
            case TextPart text:
                json.BeginObject();
                if (!HasType(text)) json.Member("type"u8, isAssistant ? "output_text"u8 : "input_text"u8);
                json.Member("text"u8, text.Text);
                if (text.Citations is { } citations) Citations(writing, turn, text, citations, isOwn);
                break;
            case JsonPart value:
                json.BeginObject().Member("type"u8, "input_text"u8).Member("text"u8, JsonString.Escape(value.Value.Span));
                break;
            case RefusalPart refusal when isAssistant:
                json.BeginObject().Member("type"u8, "refusal"u8).Member("refusal"u8, refusal.Text);
                break;
            case RefusalPart refusal:
                json.BeginObject().Member("type"u8, isOwn ? "refusal"u8 : "input_text"u8).Member(isOwn
                    ? "refusal"u8 : "text"u8, refusal.Text);
                break;
            case MediaPart media:
                json.BeginObject();
                ResponsesMediaWriter.Members(writing, turn, media, isOwn);
                break;
        }

        foreach (var field in writing.Vendor(part.Vendor)) json.Member(field.Name.Span, field.Value);
        json.EndObject();
    }

    private static bool HasType(TextPart text) => text.Vendor?.Exists(field => field.Name.Is("type"u8)) == true;

    private static void Citations(RequestWriting writing, Turn turn, TextPart text, List<Citation> citations, bool isOwn)
    {
        if (!isOwn)
        {
            writing.Lose(turn, text, "citations", "sources of another vendor's search are not taken back");
            return;
        }

        writing.Json.BeginArray("annotations"u8);
        foreach (var citation in citations) writing.Json.Value(citation.Raw);
        writing.Json.EndArray();
    }
}
