using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.OpenAIChat;
using Parley.Gateway.Agents.Citations;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Agents.Responses;

/// <summary>Reads one response of the Responses API as steps of an agent, whole or event by event. What it means for the run is asked afterwards.</summary>
internal sealed class ResponsesReading(string agent)
{
    private const int MostItems = 1000;

    private readonly List<JsonValue> _output = [];
    private bool _hasText;
    private bool _hasTextOfItem;

    /// <summary>What the model made, item by item; whole once <see cref="IsOver"/>.</summary>
    internal IReadOnlyList<JsonValue> Output => _output;

    /// <summary>True once the response has ended, well or not.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>Why the response is no answer; null when it is one.</summary>
    internal GatewayError? Error { get; private set; }

    internal TokenUsage? Usage { get; private set; }

    internal string? Model { get; private set; }

    /// <summary>Reads a whole response; the steps are appended.</summary>
    internal void ReadWhole(JsonValue response, List<AgentStep> steps)
    {
        foreach (var item in response.Member("output"u8).Items)
        {
            _hasTextOfItem = false;
            ReadItem(item, steps);
        }

        ReadEnd(response);
    }

    /// <summary>Reads one event; the steps are appended.</summary>
    internal void ReadEvent(JsonValue data, List<AgentStep> steps)
    {
        var type = data.Member("type"u8).AsString();
        if (type.Is("response.output_text.delta"u8) || type.Is("response.refusal.delta"u8))
            AddText(AgentText.Of(data.Member("delta"u8)), steps);
        else if (type.Is("response.output_text.annotation.added"u8))
            AddSource(data.Member("annotation"u8), steps);
        else if (type.Is("response.output_item.added"u8))
            _hasTextOfItem = false;
        else if (type.Is("response.output_item.done"u8))
            ReadItem(data.Member("item"u8), steps);
        else if (type.Is("response.completed"u8) || type.Is("response.failed"u8) || type.Is("response.incomplete"u8) || type.Is("response.cancelled"u8))
            ReadEnd(data.Member("response"u8));
        else if (type.Is("error"u8))
            Fail(data.Member("error"u8) is { IsObject: true } error ? error : data);
    }

    /// <summary>Nothing more comes, and what came is no answer.</summary>
    internal void Fail(GatewayError error)
    {
        IsOver = true;
        Error = error;
    }

    private void ReadItem(JsonValue item, List<AgentStep> steps)
    {
        if (_output.Count >= MostItems) return;
        _output.Add(item);
        var type = item.Member("type"u8).AsString();
        if (type.Is("message"u8)) ReadMessage(item, steps);
        else if (type.Is("bing_grounding_call"u8) || type.Is("bing_custom_search_preview_call"u8)) AddSearch(ArgumentsOf(item), steps);
        else if (type.Is("web_search_call"u8)) AddQueries(item.Member("action"u8), steps);
    }

    // A message of a stream is told in pieces and once more whole: the text by then is known, sources that came in no piece are not.
    private void ReadMessage(JsonValue item, List<AgentStep> steps)
    {
        var isNew = !_hasTextOfItem;
        foreach (var part in item.Member("content"u8).Items)
        {
            var text = AgentText.Of(part.Member("type"u8).AsString().Is("refusal"u8) ? part.Member("refusal"u8) : part.Member("text"u8));
            foreach (var source in Annotations.InOrder(part.Member("annotations"u8), text)) steps.Add(source);
            if (isNew) AddText(text, steps);
        }
    }

    private void AddText(string text, List<AgentStep> steps)
    {
        if (text.Length == 0) return;
        // Several messages are several paragraphs.
        if (_hasText && !_hasTextOfItem) steps.Add(new AgentStep.Text("\n\n"));
        _hasText = _hasTextOfItem = true;
        steps.Add(new AgentStep.Text(text));
    }

    private static void AddSource(JsonValue annotation, List<AgentStep> steps)
    {
        if (Annotations.Read(annotation) is { } source) steps.Add(source);
    }

    private static void AddSearch(JsonValue arguments, List<AgentStep> steps)
    {
        if (BingSearch.Read(arguments) is { } search) steps.Add(new AgentStep.Searched(search));
    }

    private static void AddQueries(JsonValue action, List<AgentStep> steps)
    {
        var hasSome = false;
        foreach (var query in action.Member("queries"u8).Items)
        {
            if (BingSearch.OfQuery(AgentText.Of(query)) is not { } search) continue;
            steps.Add(new AgentStep.Searched(search));
            hasSome = true;
        }

        if (!hasSome) AddSearch(action, steps);
    }

    /// <summary>The arguments of a call, which travel as JSON inside a string.</summary>
    internal static JsonValue ArgumentsOf(JsonValue call) =>
        call.Member("arguments"u8) is { IsString: true } text && JsonValue.TryParse(text.AsString().ToUtf8(), out var arguments) ? arguments : call.Member("arguments"u8);

    private void ReadEnd(JsonValue response)
    {
        if (IsOver) return;
        IsOver = true;
        Model = response.Member("model"u8) is { IsString: true } model ? AgentText.Of(model) : null;
        if (response.Member("usage"u8) is { IsObject: true } counted && OpenAIUsage.TryRead(counted.Span, out var usage)) Usage = usage;
        var status = AgentText.Of(response.Member("status"u8));
        if (status == "completed") return;
        if (response.Member("error"u8) is { IsObject: true } error) Fail(error);
        else Error = AgentFailure.Ended(agent, status, AgentText.Of(response.Member("incomplete_details"u8).Member("reason"u8)));
    }

    private void Fail(JsonValue error)
    {
        IsOver = true;
        Error = AgentFailure.Of(agent, AgentText.Of(error.Member("code"u8)), AgentText.Of(error.Member("message"u8)));
    }
}
