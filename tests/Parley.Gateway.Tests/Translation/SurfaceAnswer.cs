using System.Text.Json.Nodes;
using Parley.Dialects;

namespace Parley.Gateway.Tests.Translation;

/// <summary>What a client of the surface's vendor reads from an answer: its events, its text, its usage, whether it is whole, and its error.</summary>
internal sealed class SurfaceAnswer
{
    private readonly CallerSurface _surface;
    private readonly string _body;

    private SurfaceAnswer(CallerSurface surface, string body)
    {
        _surface = surface;
        // Google ends its lines with CR LF, the others with LF.
        _body = body = body.ReplaceLineEndings("\n");
        Events = surface switch
        {
            { IsStream: false } => [JsonNode.Parse(body)!],
            { ContentType: "text/event-stream" } => [.. Frames(body)],
            _ => [.. JsonNode.Parse(body)!.AsArray().Select(item => item!)],
        };
    }

    internal static SurfaceAnswer Read(CallerSurface surface, string body) => new(surface, body);

    /// <summary>The JSON of each event; the whole body as one for a plain answer.</summary>
    internal IReadOnlyList<JsonNode> Events { get; }

    /// <summary>The words that were said, without thoughts.</summary>
    internal string Text => string.Concat(_surface switch
    {
        { Dialect: Dialect.OpenAIChat } => Events.SelectMany(e => Items(e["choices"])).Select(c => (string?)(c["delta"] ?? c["message"])?["content"]),
        { Dialect: Dialect.OpenAIResponses, IsStream: true } => Events.Where(e => IsType(e, "response.output_text.delta")).Select(e => (string?)e["delta"]),
        { Dialect: Dialect.OpenAIResponses } => Items(Events[0]["output"]).Where(i => IsType(i, "message")).SelectMany(i => Items(i["content"])).Select(c => (string?)c["text"]),
        { Dialect: Dialect.AnthropicMessages, IsStream: true } => Events.Where(e => IsType(e, "content_block_delta")).Select(e => (string?)e["delta"]!["text"]),
        { Dialect: Dialect.AnthropicMessages } => Items(Events[0]["content"]).Where(b => IsType(b, "text")).Select(b => (string?)b["text"]),
        _ => Events.SelectMany(e => Items(e["candidates"])).SelectMany(c => Items(c["content"]?["parts"])).Where(p => !((bool?)p["thought"] ?? false)).Select(p => (string?)p["text"]),
    });

    /// <summary>True when the answer has its dialect's own end, and the end says that the model had said all.</summary>
    internal bool IsWhole => _surface switch
    {
        { Dialect: Dialect.OpenAIChat, IsStream: true } => _body.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal) && FinishReason == "stop",
        { Dialect: Dialect.OpenAIChat } => FinishReason == "stop",
        { Dialect: Dialect.OpenAIResponses, IsStream: true } => IsType(Events[^1], "response.completed") && FinishReason == "completed",
        { Dialect: Dialect.OpenAIResponses } => FinishReason == "completed",
        { Dialect: Dialect.AnthropicMessages, IsStream: true } => IsType(Events[^1], "message_stop") && FinishReason == "end_turn",
        { Dialect: Dialect.AnthropicMessages } => FinishReason == "end_turn",
        _ => FinishReason == "STOP" && Items(Events[^1]["candidates"]).Any(c => c["finishReason"] is not null),
    };

    /// <summary>True when anything in it looks like an end to a client of the dialect.</summary>
    internal bool HasEndMarker => _surface.Dialect switch
    {
        Dialect.OpenAIChat => FinishReason is not null || _body.Contains("[DONE]", StringComparison.Ordinal),
        Dialect.OpenAIResponses => Events.Any(e => IsType(e, "response.completed") || IsType(e, "response.incomplete")),
        Dialect.AnthropicMessages => Events.Any(e => IsType(e, "message_stop")),
        _ => FinishReason is not null,
    };

    internal string? FinishReason => _surface switch
    {
        { Dialect: Dialect.OpenAIChat } => Last(Events.SelectMany(e => Items(e["choices"])).Select(c => (string?)c["finish_reason"])),
        { Dialect: Dialect.OpenAIResponses, IsStream: true } => Last(Events.Select(e => (string?)e["response"]?["status"])),
        { Dialect: Dialect.OpenAIResponses } => (string?)Events[0]["status"],
        { Dialect: Dialect.AnthropicMessages, IsStream: true } => Last(Events.Select(e => (string?)e["delta"]?["stop_reason"])),
        { Dialect: Dialect.AnthropicMessages } => (string?)Events[0]["stop_reason"],
        _ => Last(Events.SelectMany(e => Items(e["candidates"])).Select(c => (string?)c["finishReason"])),
    };

    /// <summary>All input tokens (cached ones too) and all output tokens (thoughts too), as the caller is told them.</summary>
    internal (long Input, long Output) Usage
    {
        get
        {
            var told = Events.Select(e => e["usage"] ?? e["usageMetadata"] ?? e["response"]?["usage"] ?? e["message"]?["usage"]).OfType<JsonObject>().ToList();
            long Of(string name) => told.Select(u => (long?)u[name]).LastOrDefault(n => n is not null) ?? 0;
            return _surface.Dialect switch
            {
                Dialect.OpenAIChat => (Of("prompt_tokens"), Of("completion_tokens")),
                Dialect.OpenAIResponses => (Of("input_tokens"), Of("output_tokens")),
                Dialect.AnthropicMessages => (Of("input_tokens") + Of("cache_read_input_tokens") + Of("cache_creation_input_tokens"), Of("output_tokens")),
                _ => (Of("promptTokenCount"), Of("candidatesTokenCount") + Of("thoughtsTokenCount")),
            };
        }
    }

    /// <summary>The error that a client of the dialect finds in it: the body's, or the last event's; null when there is none.</summary>
    internal JsonNode? Error => _surface switch
    {
        // OpenAI's documents have the members of a Responses stream's error on the event itself; a failed response holds one as well.
        { Dialect: Dialect.OpenAIResponses, IsStream: true } when IsType(Events[^1], "error") => Events[^1]["error"] ?? Events[^1],
        { Dialect: Dialect.OpenAIResponses, IsStream: true } when IsType(Events[^1], "response.failed") => Events[^1]["response"]!["error"],
        { Dialect: Dialect.AnthropicMessages } => IsType(Events[^1], "error") ? Events[^1]["error"] : null,
        _ => Events.Count == 0 ? null : Events[^1]["error"],
    };

    private static IEnumerable<JsonNode> Frames(string body)
    {
        Assert.EndsWith("\n\n", body, StringComparison.Ordinal);
        foreach (var frame in body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = frame.Split('\n');
            var data = lines.Single(line => line.StartsWith("data: ", StringComparison.Ordinal))[6..];
            if (data == "[DONE]") continue;
            var json = JsonNode.Parse(data)!;
            // Where events have names (Anthropic, Responses) the name and the type are one and the same.
            if (lines.SingleOrDefault(line => line.StartsWith("event: ", StringComparison.Ordinal)) is { } name) Assert.Equal(name[7..], (string?)json["type"]);
            yield return json;
        }
    }

    private static IEnumerable<JsonNode> Items(JsonNode? array) => array is JsonArray items ? items.Select(item => item!) : [];

    private static bool IsType(JsonNode node, string type) => (string?)node["type"] == type;

    private static string? Last(IEnumerable<string?> values) => values.LastOrDefault(value => value is not null);
}
