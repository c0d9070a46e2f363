using Parley.Dialects.Models;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Which media a dialect takes as bytes only, so that whoever writes the request must have fetched them before
/// (<see cref="MediaPart.Inline"/>). A writer that still meets such an address throws <see cref="DialectException"/>, or reports it.
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
            // file_data and input_audio are bytes; what only its vendor's store can open is left to the writer, which reports it.
            Dialect.OpenAIChat => media.Media is MediaKind.Document or MediaKind.Audio && IsPublic(media),
            _ => false,
        };
    }

    /// <summary>All parts of a conversation that must be inlined, those inside tool results among them; none that will not be sent anyway.</summary>
    public static IEnumerable<MediaPart> Of(TranslationTarget target, Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(conversation);
        foreach (var turn in conversation.Turns)
        {
            // Converse shows media of users alone.
            var isShown = turn.Role != TurnRole.Assistant || target.Dialect != Dialect.BedrockConverse;
            foreach (var part in turn.Parts)
            {
                if (part is MediaPart media && isShown && IsWanted(target, media)) yield return media;
                if (part is not ToolResultPart result) continue;
                foreach (var inner in result.Content)
                {
                    if (inner is MediaPart shown && IsWanted(target, shown)) yield return shown;
                }
            }
        }
    }

    /// <summary>Why the model takes no media of this kind; null when it does, or nothing is known of it.</summary>
    internal static string? Refusal(Dialect dialect, ModelTraits traits, MediaPart media) => media.Media switch
    {
        MediaKind.Image when traits.HasVision == false => "the model takes no images",
        MediaKind.Audio when dialect == Dialect.BedrockConverse && traits.Family != ModelFamily.Unknown => "the model takes no audio",
        MediaKind.Video when dialect == Dialect.BedrockConverse && traits.Family is not (ModelFamily.Nova or ModelFamily.Unknown) => "the model takes no video",
        _ => null,
    };

    private static bool IsWanted(TranslationTarget target, MediaPart media)
    {
        if (!MustInline(target.Dialect, media) || Refusal(target.Dialect, target.Traits, media) is not null) return false;
        // Compatible servers take the address of a document in file_data.
        return target.IsOpenAI || target.Dialect != Dialect.OpenAIChat || media.Media != MediaKind.Document;
    }

    private static bool IsPublic(MediaPart media) => (media.Data.StartsWith("https://"u8) || media.Data.StartsWith("http://"u8)) && !IsGoogles(media);

    // fileData takes Cloud Storage, the Files API's own addresses and YouTube: https://ai.google.dev/api/caching#FileData
    private static bool IsGoogles(MediaPart media) =>
        media.Data.StartsWith("gs://"u8)
        || media.Data.StartsWith("https://generativelanguage.googleapis.com/"u8)
        || media.Data.StartsWith("https://www.youtube.com/"u8)
        || media.Data.StartsWith("https://youtube.com/"u8)
        || media.Data.StartsWith("https://youtu.be/"u8);
}
