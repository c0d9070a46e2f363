using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Converse's citations: <c>title</c>, <c>source</c>, <c>sourceContent[].text</c>, <c>location.web.url</c> and places in documents.</summary>
internal static class ConverseCitations
{
    internal static Citation Read(JsonValue citation)
    {
        JsonString cited = default;
        foreach (var piece in citation.Member("sourceContent"u8).Items)
        {
            cited = piece.Member("text"u8).AsString();
            break;
        }

        return new Citation(Dialect.BedrockConverse, citation)
        {
            Title = citation.Member("title"u8).AsString(),
            CitedText = cited,
            Url = citation.Member("location"u8).Member("web"u8).Member("url"u8).AsString(),
        };
    }

    /// <summary>Writes a citation: its own form where it is Converse's, else what both sides have a word for.</summary>
    internal static void Write(JsonOutput json, Citation citation)
    {
        if (citation.Origin == Dialect.BedrockConverse)
        {
            json.Value(citation.Raw);
            return;
        }

        json.BeginObject().MemberIfPresent("title"u8, citation.Title);
        if (citation.CitedText.IsPresent) json.BeginArray("sourceContent"u8).BeginObject().Member("text"u8, citation.CitedText).EndObject().EndArray();
        if (citation.Url.IsPresent) json.BeginObject("location"u8).BeginObject("web"u8).Member("url"u8, citation.Url).EndObject().EndObject();
        json.EndObject();
    }
}
