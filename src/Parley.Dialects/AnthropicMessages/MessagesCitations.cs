using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>
/// Anthropic's citations (<c>char_location</c>, <c>page_location</c>, <c>web_search_result_location</c>, …) ↔ <see
/// cref="Citation"/>.
/// </summary>
internal static class MessagesCitations
{
    internal static Citation Read(JsonValue raw)
    {
        JsonString url = default, title = default, cited = default;
        foreach (var member in raw.Members)
        {
            if (member.Is("url"u8)) url = member.Value.AsString();
            else if (member.Is("title"u8) || member.Is("document_title"u8)) title = member.Value.AsString();
            else if (member.Is("cited_text"u8)) cited = member.Value.AsString();
            else if (member.Is("source"u8) && !url.IsPresent) url = Address(member.Value.AsString());
        }

        return new Citation(Dialect.AnthropicMessages, raw) { Url = url, Title = title, CitedText = cited };
    }

    /// <summary>Writes one: as it came, or as the location of a web page. False when there is nothing to point at.</summary>
    internal static bool TryWrite(JsonOutput json, Citation citation)
    {
        if (citation.Origin == Dialect.AnthropicMessages && citation.Raw.IsObject)
        {
            json.Value(citation.Raw);
            return true;
        }

        if (citation.Url.IsEmpty) return false;
        json.BeginObject()
            .Member("type"u8, "web_search_result_location"u8)
            .Member("url"u8, citation.Url)
            .Member("title"u8, citation.Title)
            .Member("cited_text"u8, citation.CitedText)
            .Member("encrypted_index"u8, default(JsonString)) // only Anthropic's own search has one; clients demand the member
            .EndObject();
        return true;
    }

    internal static bool CanWrite(Citation citation) =>
        citation.Url.IsPresent || (citation.Origin == Dialect.AnthropicMessages && citation.Raw.IsObject);

    // A search result's source may be any string; as a link only an address is of use.
    private static JsonString Address(JsonString source) => source.StartsWith("http"u8) ? source : default;
}
