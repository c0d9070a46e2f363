using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Cache points: blocks of their own behind what is to be kept.</summary>
internal static class ConverseCacheMarks
{
    /// <summary>The mark behind a part; of a tool result also the one behind its content, where Converse has no place for it.</summary>
    internal static JsonValue Of(CacheBreakpoints marks, ContentPart part)
    {
        if (part is ToolResultPart { CacheControl.IsPresent: false } result)
        {
            foreach (var inner in result.Content)
            {
                if (inner.CacheControl.IsPresent) return inner.CacheControl;
            }
        }

        return marks.Of(part);
    }

    /// <summary>Writes the block. Nova keeps everything for five minutes and knows no <c>ttl</c>.</summary>
    internal static void Write(RequestWriting writing, JsonValue mark)
    {
        var ttl = mark.Member("ttl"u8).AsString();
        var hasTtl = ttl.IsPresent && (writing.Conversation.Origin == Dialect.BedrockConverse || writing.Traits.Family != ModelFamily.Nova);
        writing.Json.BeginObject().BeginObject("cachePoint"u8).Member("type"u8, "default"u8);
        if (hasTtl) writing.Json.Member("ttl"u8, ttl);
        writing.Json.EndObject().EndObject();
    }
}
