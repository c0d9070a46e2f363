using Parley.Dialects.Conversations;

namespace Parley.Dialects.GeminiContent;

/// <summary>What is known of one candidate while its answer comes.</summary>
internal sealed class GeminiChoice(int index)
{
    internal int Index => index;

    /// <summary>The part that is open; -1 when there is none.</summary>
    internal int Open { get; set; } = -1;

    internal ReplyPartKind Kind { get; set; }

    internal bool HasCalls { get; set; }

    /// <summary>The finish reason as Google spells it; empty while there is none.</summary>
    internal byte[] Finish { get; set; } = [];

    /// <summary>The arguments of a call that comes in pieces; null when the open part is no such call.</summary>
    internal GeminiPartialArgs? Pieces { get; set; }

    /// <summary>True while every character of the text was one byte, so that Google's byte offsets are characters too.</summary>
    internal bool IsAscii { get; set; } = true;
}
