using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>The annotations of an <c>output_text</c>: <c>url_citation</c>, <c>file_citation</c>, <c>container_file_citation</c>,
/// <c>file_path</c>.</summary>
internal static class ResponsesAnnotation
{
    internal static Citation Read(JsonValue annotation)
    {
        var start = annotation.Member("start_index"u8).AsInt64() ?? annotation.Member("index"u8).AsInt64();
        var title = annotation.Member("title"u8).AsString();
        return new Citation(Dialect.OpenAIResponses, annotation)
        {
            Url = annotation.Member("url"u8).AsString(),
            Title = title.IsPresent ? title : annotation.Member("filename"u8).AsString(),
            Start = Index(start),
            End = Index(annotation.Member("end_index"u8).AsInt64()),
        };
    }

    /// <summary>True when the dialect has a form for this source: its own, or any web address.</summary>
    internal static bool CanWrite(Citation citation) => citation.Origin == Dialect.OpenAIResponses || !citation.Url.IsEmpty;

    /// <summary>Writes the annotation; a source that does not say which words it is for (Anthropic's) is for all of its text.</summary>
    internal static void Write(JsonOutput json, Citation citation, FoldedPart part)
    {
        if (citation.Origin == Dialect.OpenAIResponses)
        {
            json.Value(citation.Raw);
            return;
        }

        json.BeginObject()
            .Member("type"u8, "url_citation"u8)
            .Member("start_index"u8, citation.Start ?? 0)
            .Member("end_index"u8, citation.End ?? part.Text.ToText().Length)
            .Member("url"u8, citation.Url)
            .Name("title"u8).Value(citation.Title)
            .EndObject();
    }

    private static int? Index(long? value) => value is >= 0 and <= int.MaxValue ? (int)value : null;
}
