namespace Parley.Dialects.Conversations;

/// <summary>Where the bytes of a <see cref="MediaPart"/> are.</summary>
public enum MediaSourceKind
{
    /// <summary>In the request, as base64.</summary>
    Base64,

    /// <summary>At an address.</summary>
    Url,

    /// <summary>In the vendor's file store.</summary>
    FileId,

    /// <summary>A document that is plain text, in the request.</summary>
    Text,
}
