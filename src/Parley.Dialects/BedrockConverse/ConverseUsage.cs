using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>The one place where Converse's <c>usage</c> is taken apart and put together.</summary>
/// <remarks>
/// Bedrock counts as Anthropic does: <c>inputTokens</c> is what was neither read from nor written to the cache,
/// <c>cacheReadInputTokens</c> and <c>cacheWriteInputTokens</c> stand beside it, and <c>totalTokens</c> is the sum of all four.
/// Reasoning is part of <c>outputTokens</c>; how much is not told.
/// </remarks>
internal static class ConverseUsage
{
    internal static TokenUsage Read(JsonValue usage)
    {
        long input = 0, read = 0, written = 0, output = 0;
        foreach (var member in usage.Members)
        {
            if (member.Is("inputTokens"u8)) input = Count(member.Value);
            else if (member.Is("cacheReadInputTokens"u8)) read = Count(member.Value);
            else if (member.Is("cacheWriteInputTokens"u8)) written = Count(member.Value);
            else if (member.Is("outputTokens"u8)) output = Count(member.Value);
        }

        return new TokenUsage(input, read, written, output, 0);
    }

    /// <summary>Writes the object: the provider's own where it is Converse's (it may hold <c>cacheDetails</c> and more), else made of the buckets.</summary>
    internal static void Write(JsonOutput json, FoldedReply reply)
    {
        if (!reply.HasUsage) return;
        json.Name("usage"u8);
        if (reply.RawUsage.IsObject && reply.RawUsageDialect == Dialect.BedrockConverse)
        {
            json.Value(reply.RawUsage);
            return;
        }

        var usage = reply.Usage;
        json.BeginObject().Member("inputTokens"u8, usage.Input).Member("outputTokens"u8, usage.Output + usage.Reasoning).Member("totalTokens"u8, usage.Total);
        if (usage.CacheRead > 0) json.Member("cacheReadInputTokens"u8, usage.CacheRead);
        if (usage.CacheWrite > 0) json.Member("cacheWriteInputTokens"u8, usage.CacheWrite);
        json.EndObject();
    }

    private static long Count(JsonValue value) => Math.Max(0, value.AsInt64() ?? 0);
}
