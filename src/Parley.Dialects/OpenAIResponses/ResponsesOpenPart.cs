using Parley.Dialects.Conversations;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>A part of an output item that is being read.</summary>
internal sealed class ResponsesOpenPart(ReplyPartKind kind, long index, int number)
{
    internal ReplyPartKind Kind => kind;

    /// <summary>Its content or summary index in the item.</summary>
    internal long Index => index;

    /// <summary>Its number in the whole answer.</summary>
    internal int Number => number;

    /// <summary>True once a piece of its text was given.</summary>
    internal bool HasText { get; set; }

    /// <summary>The annotations that were given.</summary>
    internal int Citations { get; set; }

    internal bool HasEnded { get; set; }
}
