using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.BedrockConverse;

/// <summary>
/// The cache points that are written: the caller's, and where there is none and the operator wants some (Claude only), one behind the
/// last tool, the instructions, and the last user message: three of the four that Bedrock takes.
/// </summary>
internal sealed record ConverseCacheMarks(bool AfterTools, ContentPart? System, ContentPart? User)
{
    private static readonly ConverseCacheMarks None = new(false, null, null);

    private static readonly JsonValue Ours = JsonValue.Literal("""{"type":"ephemeral"}"""u8);

    internal static ConverseCacheMarks Choose(RequestWriting writing, ConverseMessages messages)
    {
        var isWanted = writing.Target.AddsCacheBreakpoints && writing.Traits is { Family: ModelFamily.Claude, TakesCachePoints: true };
        return !isWanted || HasMarks(writing.Conversation) ? None : new ConverseCacheMarks(true, messages.LastOfSystem, messages.LastOfUser);
    }

    /// <summary>The mark behind a part; of a tool result also the one behind its content, where Converse has no place for it.</summary>
    internal JsonValue Of(ContentPart part)
    {
        if (part.CacheControl.IsPresent) return part.CacheControl;
        if (part is ToolResultPart result)
        {
            foreach (var inner in result.Content)
            {
                if (inner.CacheControl.IsPresent) return inner.CacheControl;
            }
        }

        return ReferenceEquals(part, System) || ReferenceEquals(part, User) ? Ours : default;
    }

    /// <summary>The mark behind a tool.</summary>
    internal JsonValue Of(ToolDefinition tool, bool isLast) => tool.CacheControl.IsPresent ? tool.CacheControl : AfterTools && isLast ? Ours : default;

    /// <summary>Writes the block. Nova keeps everything for five minutes and knows no <c>ttl</c>.</summary>
    internal static void Write(RequestWriting writing, JsonValue mark)
    {
        var ttl = mark.Member("ttl"u8).AsString();
        var hasTtl = ttl.IsPresent && (writing.Conversation.Origin == Dialect.BedrockConverse || writing.Traits.Family != ModelFamily.Nova);
        writing.Json.BeginObject().BeginObject("cachePoint"u8).Member("type"u8, "default"u8);
        if (hasTtl) writing.Json.Member("ttl"u8, ttl);
        writing.Json.EndObject().EndObject();
    }

    private static bool HasMarks(Conversation request) => request.Tools.Exists(tool => tool.CacheControl.IsPresent)
        || request.Turns.Exists(turn => turn.Parts.Exists(part =>
            part.CacheControl.IsPresent || (part is ToolResultPart result && result.Content.Exists(inner => inner.CacheControl.IsPresent))));
}
