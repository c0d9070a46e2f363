using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>The one place where a <c>usageMetadata</c> object is taken apart into disjoint buckets, and put together again.</summary>
/// <remarks>
/// https://ai.google.dev/api/generate-content#UsageMetadata: <c>cachedContentTokenCount</c> is part of <c>promptTokenCount</c>;
/// <c>toolUsePromptTokenCount</c> (what the vendor's own tools put into the prompt) and <c>thoughtsTokenCount</c> stand outside of the
/// counts beside them; the total is the sum of prompt, tool use, candidates and thoughts.
/// </remarks>
internal static class GeminiUsage
{
    /// <summary>False when the object counts nothing: Vertex sends <c>{"trafficType"}</c> alone while an answer goes on.</summary>
    internal static bool TryRead(JsonValue value, out TokenUsage usage)
    {
        long? prompt = null, candidates = null, thoughts = null, total = null;
        long cached = 0, toolUse = 0;
        foreach (var member in value.Members)
        {
            var name = member.Name;
            if (GeminiName.Is(name, "promptTokenCount"u8)) prompt = Count(member.Value);
            else if (GeminiName.Is(name, "candidatesTokenCount"u8)) candidates = Count(member.Value);
            else if (GeminiName.Is(name, "thoughtsTokenCount"u8)) thoughts = Count(member.Value);
            else if (GeminiName.Is(name, "cachedContentTokenCount"u8)) cached = Count(member.Value) ?? 0;
            else if (GeminiName.Is(name, "toolUsePromptTokenCount"u8)) toolUse = Count(member.Value) ?? 0;
            else if (GeminiName.Is(name, "totalTokenCount"u8)) total = Count(member.Value);
        }

        usage = default;
        if (prompt is null && candidates is null && thoughts is null && total is null) return false;
        var all = prompt ?? 0;
        cached = Math.Min(cached, all);
        usage = new TokenUsage(all - cached + toolUse, cached, 0, candidates ?? 0, thoughts ?? 0);
        return true;
    }

    /// <summary>True when there is more in it than the buckets tell.</summary>
    internal static bool HasMore(JsonValue value)
    {
        foreach (var member in value.Members)
        {
            var name = member.Name;
            if (!GeminiName.Is(name, "promptTokenCount"u8) && !GeminiName.Is(name, "candidatesTokenCount"u8)
                && !GeminiName.Is(name, "thoughtsTokenCount"u8) && !GeminiName.Is(name, "cachedContentTokenCount"u8)
                && !GeminiName.Is(name, "totalTokenCount"u8))
                return true;
        }

        return false;
    }

    /// <summary>Writes the object; counts that are zero and not part of every answer are left out, as Google does.</summary>
    internal static void Write(TokenUsage usage, JsonOutput json)
    {
        json.BeginObject().Member("promptTokenCount"u8, usage.Input + usage.CacheRead + usage.CacheWrite);
        json.Member("candidatesTokenCount"u8, usage.Output);
        json.Member("totalTokenCount"u8, usage.Total);
        if (usage.CacheRead > 0) json.Member("cachedContentTokenCount"u8, usage.CacheRead);
        if (usage.Reasoning > 0) json.Member("thoughtsTokenCount"u8, usage.Reasoning);
        json.EndObject();
    }

    private static long? Count(JsonValue value) => value.AsInt64() is { } count ? Math.Max(0, count) : null;
}
