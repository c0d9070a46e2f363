using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>What both writers of answers must tell apart.</summary>
internal static class MessagesReplyParts
{
    /// <summary>True for the part that <see cref="MessagesReplyReader.End"/> made of <c>stop_details</c>: no block of its own.</summary>
    internal static bool IsStopDetails(ReplyPartKind kind, JsonValue raw, Dialect rawDialect) =>
        kind == ReplyPartKind.Refusal && raw.IsPresent && rawDialect == Dialect.AnthropicMessages;

    /// <summary>
    /// What seals a thought, as the dialect carries it: Claude's own value bare, another family's packed. Claude's own comes packed when
    /// the provider is itself a gateway of ours that speaks another dialect.
    /// </summary>
    internal static (JsonString Value, bool IsOwn, bool IsRedacted) Seal(ReasoningOrigin origin, bool isRedacted, JsonString id, JsonString value)
    {
        if (origin == ReasoningOrigin.Anthropic || value.IsEmpty) return (value, origin == ReasoningOrigin.Anthropic, isRedacted);
        var inner = new ReasoningPart();
        if (ReasoningCarrier.TryUnpack(value, inner) && inner.Origin == ReasoningOrigin.Anthropic)
            return (inner.Redacted.IsPresent ? inner.Redacted : inner.Signature, true, inner.Redacted.IsPresent);
        return (ReasoningCarrier.Pack(origin, isRedacted, id, value), false, isRedacted);
    }
}
