using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>An output item that is written, and the parts of the answer that it is made of.</summary>
internal sealed class ResponsesOutputItem(ResponsesItemKind kind, int index, JsonString id)
{
    internal ResponsesItemKind Kind => kind;

    /// <summary>Its place in <c>output</c>.</summary>
    internal int Index => index;

    internal JsonString Id => id;

    internal List<FoldedPart> Parts { get; } = [];

    /// <summary>Parts that have not ended.</summary>
    internal int Open { get; set; }

    /// <summary>Content parts that were opened in a stream.</summary>
    internal int Contents { get; set; }

    /// <summary>Summary parts that were opened in a stream.</summary>
    internal int Summaries { get; set; }

    internal bool IsDone { get; set; }

    /// <summary>True when the answer was cut within it.</summary>
    internal bool IsIncomplete { get; set; }

    /// <summary>
    /// True when the part belongs to this item: text and refusal of one message, thoughts and summaries of one reasoning item. Parts
    /// that have no ids are of one message when they stand side by side; of thoughts each has its own signature.
    /// </summary>
    internal bool Takes(FoldedPart part)
    {
        if (IsDone || part.Kind is ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall or ReplyPartKind.Media or ReplyPartKind.Opaque)
            return false;
        var last = Parts[^1];
        return kind switch
        {
            ResponsesItemKind.Message =>
                part.Kind is ReplyPartKind.Text or ReplyPartKind.Refusal && part.Id == last.Id && part.Phase == last.Phase,
            ResponsesItemKind.Reasoning =>
                part.Kind is ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary && part.Id.IsPresent && part.Id == last.Id,
            _ => false,
        };
    }
}
