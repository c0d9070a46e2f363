using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.Conversations;

/// <summary>
/// Where the prompt cache is to be cut: where the caller says, or, when he set no marks and the operator wants some, behind the last
/// tool, the last block of the instructions, and the last block of the last user turn. Three of the four that Claude takes.
/// </summary>
/// <param name="AfterTools">Mark the last tool.</param>
/// <param name="System">The block of the instructions to mark; null for none.</param>
/// <param name="User">The block of the conversation to mark; null for none.</param>
internal sealed record CacheBreakpoints(bool AfterTools, ContentPart? System, ContentPart? User)
{
    // Claude caches nothing shorter than 1,024 tokens (docs.anthropic.com, "Prompt caching", cache limitations); about four bytes each.
    private const int LeastBytes = 4 * 1024;

    private static readonly CacheBreakpoints None = new(false, null, null);

    private static readonly JsonValue Ours = JsonValue.Literal("""{"type":"ephemeral"}"""u8);

    /// <summary>The marks of a request; ours only in a prefix that is long enough to be kept.</summary>
    internal static CacheBreakpoints Choose(RequestWriting writing, ContentPart? lastOfSystem, ContentPart? lastOfUser)
    {
        // Whoever answers in Anthropic's dialect is Claude; on Bedrock the name tells.
        var isClaude = writing.Target.Dialect == Dialect.AnthropicMessages || writing.Traits is { Family: ModelFamily.Claude, TakesCachePoints: true };
        if (!isClaude || !writing.Target.AddsCacheBreakpoints || HasMarks(writing.Conversation) || !IsLong(writing.Conversation)) return None;
        return new CacheBreakpoints(true, lastOfSystem, lastOfUser);
    }

    /// <summary>The mark behind a part: the caller's, or ours.</summary>
    internal JsonValue Of(ContentPart part) => part.CacheControl.IsPresent ? part.CacheControl
        : ReferenceEquals(part, System) || ReferenceEquals(part, User) ? Ours : default;

    /// <summary>The mark behind a tool.</summary>
    internal JsonValue Of(ToolDefinition tool, bool isLast) => tool.CacheControl.IsPresent ? tool.CacheControl : AfterTools && isLast ? Ours : default;

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

    private static bool IsLong(Conversation request)
    {
        var bytes = 0;
        foreach (var tool in request.Tools) bytes += tool.Description.Raw.Length + tool.Schema.Raw.Length;
        foreach (var turn in request.Turns)
        {
            if (bytes >= LeastBytes) break;
            foreach (var part in turn.Parts) bytes += Bytes(part);
        }

        return bytes >= LeastBytes;
    }

    private static int Bytes(ContentPart part) => part switch
    {
        TextPart text => text.Text.Raw.Length,
        ToolCallPart call => call.Arguments.Length,
        ToolResultPart result => result.Content.Sum(Bytes),
        JsonPart json => json.Value.Raw.Length,
        // An image or a document is a thousand tokens and more, whatever its bytes.
        MediaPart => LeastBytes,
        _ => 0,
    };
}
