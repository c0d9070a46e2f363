using Parley.Dialects.Json;

namespace Parley.Gateway.Agents;

/// <summary>An agent's answer as JSON (contracts §4): <c>{"content", "citations": […], "searches": […]?}</c>.</summary>
internal static class AgentJson
{
    internal static void Write(JsonOutput json, AgentAnswer answer)
    {
        json.BeginObject().Member("content"u8, JsonString.From(answer.Content)).BeginArray("citations"u8);
        foreach (var citation in answer.Citations) Write(json, citation);
        json.EndArray();
        if (answer.Searches.Count > 0)
        {
            json.BeginArray("searches"u8);
            foreach (var search in answer.Searches) Write(json, search);
            json.EndArray();
        }

        json.EndObject();
    }

    internal static void Write(JsonOutput json, AgentCitation citation)
    {
        json.BeginObject().Member("id"u8, citation.Id);
        if (citation is AgentCitation.OfUrl url) json.Member("type"u8, "url"u8).Member("url"u8, JsonString.From(url.Url)).Member("title"u8, JsonString.From(url.Title));
        else if (citation is AgentCitation.OfFile file) json.Member("type"u8, "file"u8).Member("quote"u8, JsonString.From(file.Quote));
        json.EndObject();
    }

    internal static void Write(JsonOutput json, AgentSearch search) =>
        json.BeginObject().Member("query"u8, JsonString.From(search.Query)).Member("url"u8, JsonString.From(search.Url)).EndObject();
}
