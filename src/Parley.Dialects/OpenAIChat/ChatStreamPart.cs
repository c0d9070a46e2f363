using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>What a stream of chunks remembers of a part.</summary>
internal sealed class ChatStreamPart
{
    internal int Choice { get; init; }

    internal ChatStreamMember Member { get; init; }

    internal ReplyPartKind Kind { get; init; }

    internal ReasoningOrigin Origin { get; init; }

    internal JsonString Id { get; init; }

    internal int Index { get; set; }

    internal bool HasText { get; set; }

    /// <summary>Where its text begins in the content of the choice, in characters of UTF-16; -1 while it has none.</summary>
    internal int Start { get; set; } = -1;

    internal int Length { get; set; }

    internal List<Citation>? Held { get; set; }

    internal bool IsSummary => Kind == ReplyPartKind.ReasoningSummary;
}
