using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>
/// Where the cache is to be cut when the caller set no marks and the operator wants some: behind the last tool, the last block of
/// the instructions, and the last block of the last user turn. Three of the four that Anthropic takes.
/// </summary>
/// <param name="AfterTools">Mark the last tool.</param>
/// <param name="System">The block of the instructions to mark; null for none.</param>
/// <param name="User">The block of the conversation to mark; null for none.</param>
internal sealed record MessagesCacheMarks(bool AfterTools, ContentPart? System, ContentPart? User)
{
    private static readonly MessagesCacheMarks None = new(false, null, null);

    internal static JsonValue Mark { get; } = JsonValue.Literal("""{"type":"ephemeral"}"""u8);

    internal static MessagesCacheMarks Choose(RequestWriting writing, MessagesTurns messages)
    {
        if (!writing.Target.AddsCacheBreakpoints || HasMarks(writing.Conversation)) return None;
        return new MessagesCacheMarks(true, messages.LastOfSystem, messages.LastOfUser);
    }

    /// <summary>The mark to write behind a part: the caller's, or ours.</summary>
    internal JsonValue Of(ContentPart part) => part.CacheControl.IsPresent ? part.CacheControl
        : ReferenceEquals(part, System) || ReferenceEquals(part, User) ? Mark : default;

    private static bool HasMarks(Conversation request)
    {
        if (request.Tools.Exists(tool => tool.CacheControl.IsPresent)) return true;
        foreach (var field in request.Vendor)
        {
            if (field.Name.Is("cache_control"u8)) return true; // the top-level one: Anthropic sets the marks itself
        }

        return request.Turns.Exists(turn => turn.Parts.Exists(part =>
            part.CacheControl.IsPresent || (part is ToolResultPart result && result.Content.Exists(inner => inner.CacheControl.IsPresent))));
    }
}
