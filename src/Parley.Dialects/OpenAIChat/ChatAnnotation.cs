using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Writes a source of a text as an annotation. OpenAI knows web addresses only.</summary>
internal static class ChatAnnotation
{
    /// <summary>True when it can be said.</summary>
    internal static bool IsTaken(Citation citation) => citation.Origin == Dialect.OpenAIChat || citation.Url.IsPresent;

    internal static void Write(JsonOutput json, Citation citation, LossReport losses)
    {
        if (citation.Origin == Dialect.OpenAIChat)
        {
            json.Value(citation.Raw);
            return;
        }

        if (!IsTaken(citation))
        {
            losses.Add("reply.citation", "chat completions cite web addresses only");
            return;
        }

        // All four are required; a place that the other dialect does not tell is the beginning.
        json.BeginObject().Member("type"u8, "url_citation"u8).BeginObject("url_citation"u8).Member("start_index"u8, citation.Start ?? 0)
            .Member("end_index"u8, citation.End ?? 0).Member("url"u8, citation.Url)
            .Member("title"u8, citation.Title.IsPresent ? citation.Title : citation.Url).EndObject().EndObject();
    }
}
