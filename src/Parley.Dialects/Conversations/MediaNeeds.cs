namespace Parley.Dialects.Conversations;

/// <summary>
/// Which media a dialect takes as bytes only, so that whoever writes the request must have fetched them before
/// (<see cref="MediaPart.Inline"/>). A writer that still meets such an address throws <see cref="DialectException"/>.
/// </summary>
public static class MediaNeeds
{
    /// <summary>True when the part is an address that the dialect cannot follow itself.</summary>
    public static bool MustInline(Dialect dialect, MediaPart media)
    {
        ArgumentNullException.ThrowIfNull(media);
        if (media.Source != MediaSourceKind.Url || media.Data.StartsWith("data:"u8)) return false;
        return dialect switch
        {
            Dialect.GeminiContent => !IsGoogles(media),
            Dialect.BedrockConverse => !media.Data.StartsWith("s3://"u8),
            _ => false,
        };
    }

    /// <summary>All parts of a conversation that must be inlined, those inside tool results among them.</summary>
    public static IEnumerable<MediaPart> Of(Dialect dialect, Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        foreach (var turn in conversation.Turns)
        {
            foreach (var part in turn.Parts)
            {
                if (part is MediaPart media && MustInline(dialect, media)) yield return media;
                if (part is not ToolResultPart result) continue;
                foreach (var inner in result.Content)
                {
                    if (inner is MediaPart shown && MustInline(dialect, shown)) yield return shown;
                }
            }
        }
    }

    // fileData takes Cloud Storage, the Files API's own addresses and YouTube: https://ai.google.dev/api/caching#FileData
    private static bool IsGoogles(MediaPart media) =>
        media.Data.StartsWith("gs://"u8)
        || media.Data.StartsWith("https://generativelanguage.googleapis.com/"u8)
        || media.Data.StartsWith("https://www.youtube.com/"u8)
        || media.Data.StartsWith("https://youtube.com/"u8)
        || media.Data.StartsWith("https://youtu.be/"u8);
}
