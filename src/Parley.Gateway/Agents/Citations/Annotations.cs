using Parley.Dialects.Json;

namespace Parley.Gateway.Agents.Citations;

/// <summary>
/// Reads annotations of a text in both of their shapes (wire/azure.md §3): nested, as threads have them (<c>{type, text, url_citation: {url, title}}</c>),
/// and flat, as the Responses API has them (<c>{type, url, title, start_index, end_index}</c>).
/// </summary>
internal static class Annotations
{
    private const int LongestUrl = 8192;
    private const int Most = 1000;

    /// <summary>One annotation; null when it is no source.</summary>
    internal static AgentStep.Sourced? Read(JsonValue annotation)
    {
        var type = annotation.Member("type"u8).AsString().ToText();
        var inner = annotation.Member(System.Text.Encoding.UTF8.GetBytes(type)) is { IsObject: true } nested ? nested : annotation;
        var marker = annotation.Member("text"u8) is { IsString: true } text ? AgentText.Of(text) : null;
        AgentCitation? citation = type switch
        {
            "url_citation" => OfUrl(AgentText.Of(inner.Member("url"u8)), AgentText.Of(inner.Member("title"u8))),
            "file_citation" or "container_file_citation" => OfFile(inner),
            // file_path is a link to a file that the agent made: no source.
            _ => null,
        };
        return citation is null ? null : new AgentStep.Sourced(citation, marker);
    }

    /// <summary>The annotations of a whole text, in the order in which the text uses them: <c>text</c> is believed before the positions, which count in units of their own.</summary>
    internal static List<AgentStep.Sourced> InOrder(JsonValue annotations, string text)
    {
        List<(int At, AgentStep.Sourced Source)> found = [];
        foreach (var annotation in annotations.Items)
        {
            if (found.Count >= Most) break;
            if (Read(annotation) is { } source) found.Add((Position(annotation, source.Marker, text), source));
        }

        return [.. found.OrderBy(static pair => pair.At).Select(static pair => pair.Source)];
    }

    private static int Position(JsonValue annotation, string? marker, string text)
    {
        var start = annotation.Member("start_index"u8).AsInt64() is { } index && index >= 0 && index <= text.Length ? (int)index : -1;
        if (marker is not { Length: > 0 }) return start < 0 ? int.MaxValue : start;
        if (start >= 0 && text.AsSpan(start).StartsWith(marker, StringComparison.Ordinal)) return start;
        var at = text.IndexOf(marker, StringComparison.Ordinal);
        return at >= 0 ? at : start >= 0 ? start : int.MaxValue;
    }

    // What a page makes a link of must be one that only leads somewhere: never a script.
    private static AgentCitation.OfUrl? OfUrl(string url, string title)
    {
        if (url.Length is 0 or > LongestUrl) return null;
        if (Uri.TryCreate(url, UriKind.Absolute, out var absolute) && absolute.Scheme is not ("http" or "https")) return null;
        return new AgentCitation.OfUrl(0, url, title.Length > 0 ? title : url);
    }

    // The words are often left out; then the file's name, or its id, is all there is to tell one from another.
    private static AgentCitation.OfFile? OfFile(JsonValue inner)
    {
        string[] names = [AgentText.Of(inner.Member("quote"u8)), AgentText.Of(inner.Member("filename"u8)), AgentText.Of(inner.Member("file_id"u8))];
        return names.FirstOrDefault(static name => name.Length > 0) is { } quote ? new AgentCitation.OfFile(0, quote) : null;
    }
}
