using Parley.Dialects.Conversations;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>A part of a streamed answer that is written.</summary>
internal sealed class ResponsesPartState(ResponsesOutputItem item, FoldedPart part)
{
    internal ResponsesOutputItem Item => item;

    internal FoldedPart Part => part;

    /// <summary>Its content or summary index in the item, once it is open.</summary>
    internal int Index { get; set; }

    /// <summary>True for a thought that stands in the item's content rather than in its summary.</summary>
    internal bool IsContent { get; set; }

    /// <summary>True once the part was opened: a thought without words never is.</summary>
    internal bool IsOpen { get; set; }

    internal bool HasEnded { get; set; }

    /// <summary>Annotations that were written.</summary>
    internal int Annotations { get; set; }

    /// <summary>The bytes of a delta event up to its sequence number, which are the same each time; null until the first delta.</summary>
    internal byte[]? DeltaHead { get; set; }
}
