using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>What both writers of answers must tell apart.</summary>
internal static class MessagesReplyParts
{
    /// <summary>True for the part that <see cref="MessagesReplyReader.End"/> made of <c>stop_details</c>: no block of its own.</summary>
    internal static bool IsStopDetails(ReplyPartKind kind, JsonValue raw, Dialect rawDialect) =>
        kind == ReplyPartKind.Refusal && raw.IsPresent && rawDialect == Dialect.AnthropicMessages;
}
