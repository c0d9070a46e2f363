using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>A source of a text, as far as dialects agree on one, with the origin's own form beside it.</summary>
/// <param name="origin">The dialect it was read from.</param>
/// <param name="raw">The whole annotation or citation.</param>
public sealed class Citation(Dialect origin, JsonValue raw)
{
    public Dialect Origin => origin;

    public JsonValue Raw => raw;

    /// <summary>The web address; none for a source in a document of the caller's.</summary>
    public JsonString Url { get; init; }

    public JsonString Title { get; init; }

    /// <summary>The words of the source.</summary>
    public JsonString CitedText { get; init; }

    /// <summary>Where the cited stretch starts in the answer's text, in characters; null when unknown.</summary>
    public int? Start { get; init; }

    /// <summary>Where it ends.</summary>
    public int? End { get; init; }
}
