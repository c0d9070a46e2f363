namespace Parley.Dialects.Conversations;

/// <summary>What a <see cref="MediaPart"/> shows.</summary>
public enum MediaKind
{
    Image,
    Document,
    Audio,
    Video,
}
