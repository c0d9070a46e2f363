using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Sources of other vendors as Google's <c>groundingMetadata</c>.</summary>
internal static class GeminiCitations
{
    /// <summary>Writes the member. Places in the text are told where the text is at hand, as Google counts them: in bytes.</summary>
    internal static void Write(IReadOnlyList<(Citation Citation, JsonString Text)> citations, JsonOutput json)
    {
        json.BeginObject("groundingMetadata"u8).BeginArray("groundingChunks"u8);
        foreach (var (citation, _) in citations)
        {
            json.BeginObject().BeginObject("web"u8).Member("uri"u8, citation.Url).MemberIfPresent("title"u8, citation.Title).EndObject().EndObject();
        }

        json.EndArray();
        var hasSupports = false;
        for (var i = 0; i < citations.Count; i++)
        {
            var (citation, text) = citations[i];
            if (!text.IsPresent || citation.Start is not { } start || citation.End is not { } end) continue;
            if (!hasSupports) json.BeginArray("groundingSupports"u8);
            hasSupports = true;
            var whole = text.ToText();
            start = Math.Min(start, whole.Length);
            end = Math.Clamp(end, start, whole.Length);
            json.BeginObject().BeginObject("segment"u8);
            json.Member("startIndex"u8, Encoding.UTF8.GetByteCount(whole.AsSpan(0, start)));
            json.Member("endIndex"u8, Encoding.UTF8.GetByteCount(whole.AsSpan(0, end)));
            json.Member("text"u8, JsonString.From(whole[start..end])).EndObject();
            json.BeginArray("groundingChunkIndices"u8).Value(i).EndArray().EndObject();
        }

        if (hasSupports) json.EndArray();
        json.EndObject();
    }
}
