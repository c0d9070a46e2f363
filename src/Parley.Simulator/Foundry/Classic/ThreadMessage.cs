using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>A message of a thread: the user's, or the agent's with its annotations.</summary>
internal sealed record ThreadMessage(string Id, string ThreadId, long Created, string Role, IReadOnlyList<string> Texts)
{
    /// <summary>The run that wrote it; null on a message that was posted.</summary>
    public AgentRun? Run { get; init; }

    /// <summary>The agent's answer; null on a message that was posted.</summary>
    public AgentAnswer? Answer { get; init; }

    /// <summary>Why it is not whole; null when it is.</summary>
    public string? Incomplete { get; init; }

    public JsonNode? Metadata { get; init; }

    public string Text => string.Concat(Texts);

    /// <param name="finished">False: as it is announced in a stream, empty and in progress.</param>
    public JsonObject Write(bool finished = true) => new()
    {
        ["id"] = Id,
        ["object"] = "thread.message",
        ["created_at"] = Created,
        ["assistant_id"] = Run?.AssistantId,
        ["thread_id"] = ThreadId,
        ["run_id"] = Run?.Id,
        ["status"] = !finished ? "in_progress" : Incomplete is null ? "completed" : "incomplete",
        ["incomplete_details"] = finished && Incomplete is not null ? new JsonObject { ["reason"] = Incomplete } : null,
        ["incomplete_at"] = finished && Incomplete is not null ? Created : null,
        ["completed_at"] = finished && Incomplete is null ? Created : null,
        ["role"] = Role,
        ["content"] = finished ? Content() : new JsonArray(),
        ["attachments"] = new JsonArray(),
        ["metadata"] = Metadata?.DeepClone() ?? new JsonObject(),
    };

    /// <summary>An annotation in the classic shape: what is cited is nested under its type's name.</summary>
    public static JsonObject Annotation(Citation citation)
    {
        var url = citation.Source.Url is not null;
        return new JsonObject
        {
            ["type"] = url ? "url_citation" : "file_citation",
            ["text"] = citation.Marker,
            ["start_index"] = citation.Start,
            ["end_index"] = citation.End,
            [url ? "url_citation" : "file_citation"] = url
                ? new JsonObject { ["url"] = citation.Source.Url, ["title"] = citation.Source.Title }
                : new JsonObject { ["file_id"] = citation.Source.FileId, ["quote"] = citation.Source.Quote },
        };
    }

    private JsonArray Content() => [.. Texts.Select(text => new JsonObject
    {
        ["type"] = "text",
        ["text"] = new JsonObject
        {
            ["value"] = text,
            ["annotations"] = new JsonArray([.. (Answer?.Citations ?? []).Select(Annotation)]),
        },
    })];
}
