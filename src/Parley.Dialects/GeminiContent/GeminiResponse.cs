using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Writes the <c>response</c> of a tool result, which is an object: one as it is, anything else as its <c>output</c>, or as its
/// <c>error</c> when the tool failed (https://ai.google.dev/api/caching#FunctionResponse); media in <c>parts</c> where the model takes them.
/// </summary>
internal static class GeminiResponse
{
    internal static void Write(RequestWriting writing, Turn turn, ToolResultPart result, JsonOutput json)
    {
        var isOwn = writing.Conversation.Origin == Dialect.GeminiContent;
        var texts = new List<JsonString>();
        var media = new List<ContentPart>();
        JsonValue value = default;
        foreach (var part in result.Content)
        {
            if (!isOwn && part.CacheControl.HasValue) writing.Lose(turn, result, "content.cache_control", "Gemini caches by itself");
            if (part is TextPart text) texts.Add(text.Text);
            else if (part is JsonPart { Value: var json1 } && !value.IsPresent) value = json1;
            else if (part is JsonPart more) texts.Add(JsonString.Escape(more.Value.Span));
            else if (part is MediaPart { Source: MediaSourceKind.Text } document) texts.Add(document.Data);
            else if (part is MediaPart { Source: MediaSourceKind.FileId } && !isOwn) LoseFile(writing, turn, result);
            else if (part is MediaPart or OpaquePart { Origin: Dialect.GeminiContent }) media.Add(part);
            else writing.Lose(turn, result, "content.block", "a tool result of Gemini has no such part");
        }

        if (value.IsPresent && texts.Count > 0)
        {
            texts.Insert(0, JsonString.Escape(value.Span));
            value = default;
        }

        if (!value.IsPresent && texts.Count == 1 && JsonValue.TryParse(texts[0].ToUtf8(), out var parsed) && parsed.IsObject) value = parsed;
        if (!isOwn || value.IsPresent) Response(value, texts, result.IsError && !isOwn, json);
        var takesMedia = isOwn || writing.Traits.Reasoning == ReasoningStyle.Level;
        if (takesMedia && media.Count > 0) Media(writing, turn, result, media, json);
    }

    // Models before 3 take no media here: theirs were moved, and this one was reported then.
    private static void LoseFile(RequestWriting writing, Turn turn, ToolResultPart result)
    {
        if (writing.Traits.Reasoning == ReasoningStyle.Level) writing.Lose(turn, result, "content.file_id", "the file is in another vendor's store");
    }

    private static void Response(JsonValue value, List<JsonString> texts, bool isError, JsonOutput json)
    {
        json.Name("response"u8);
        if (value.IsObject && !isError)
        {
            json.Value(value);
            return;
        }

        json.BeginObject().Name(isError ? "error"u8 : "output"u8);
        if (value.IsPresent)
        {
            json.Value(value);
        }
        else
        {
            json.BeginString();
            for (var i = 0; i < texts.Count; i++) json.Piece(i > 0 ? "\\n"u8 : default).Piece(texts[i].Span);
            json.EndString();
        }

        json.EndObject();
    }

    private static void Media(RequestWriting writing, Turn turn, ToolResultPart result, List<ContentPart> media, JsonOutput json)
    {
        json.BeginArray("parts"u8);
        foreach (var part in media)
        {
            if (part is OpaquePart opaque)
            {
                json.Value(opaque.Raw);
                continue;
            }

            var shown = (MediaPart)part;
            if (MediaNeeds.MustInline(Dialect.GeminiContent, shown) && writing.Conversation.Origin != Dialect.GeminiContent)
            {
                var path = ConversationPaths.Of(writing.Conversation.Origin, turn, result, "content");
                throw new DialectException(path, $"'{path}' holds an address that Gemini cannot read itself, and its bytes are not at hand.");
            }

            json.BeginObject();
            GeminiMedia.Write(shown, writing.Conversation.Origin == Dialect.GeminiContent, json);
            json.EndObject();
        }

        json.EndArray();
    }
}
