using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Writes a source of a text as an annotation. OpenAI knows web addresses only.</summary>
internal static class ChatAnnotation
{
    /// <summary>True when it can be said.</summary>
    internal static bool IsTaken(Citation citation) => citation.Origin == Dialect.OpenAIChat || citation.Url.IsPresent;

    /// <summary>
    /// Writes the annotation. OpenAI counts from the beginning of the message's content, other dialects from the beginning of the part;
    /// a source that does not say which words it is for (Anthropic's, Bedrock's) is for all of its part.
    /// </summary>
    /// <param name="json">Where to.</param>
    /// <param name="citation">The source.</param>
    /// <param name="start">Where its part begins in the content, in characters of UTF-16.</param>
    /// <param name="length">How long the part is.</param>
    /// <param name="losses">Where to report one that cannot be said.</param>
    internal static void Write(JsonOutput json, Citation citation, int start, int length, LossReport losses)
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

        // All four are required.
        json.BeginObject().Member("type"u8, "url_citation"u8).BeginObject("url_citation"u8).Member("start_index"u8, (long)start + (citation.Start ?? 0))
            .Member("end_index"u8, (long)start + (citation.End ?? length)).Member("url"u8, citation.Url)
            .Member("title"u8, citation.Title.IsPresent ? citation.Title : citation.Url).EndObject().EndObject();
    }
}
