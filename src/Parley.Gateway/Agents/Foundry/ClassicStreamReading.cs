using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Gateway.Agents.Citations;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Agents.Foundry;

/// <summary>Reads the events of a classic agent's streamed run as steps.</summary>
internal sealed class ClassicStreamReading(string agent)
{
    private bool _hasText;
    private bool _hasTextOfMessage;

    /// <summary>The run's id; null before it is told.</summary>
    internal string? RunId { get; private set; }

    /// <summary>True once nothing more is to be read.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>True once the run itself has ended, so that there is nothing to cancel.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Why there is no answer; null when there is one.</summary>
    internal GatewayError? Error { get; private set; }

    internal TokenUsage? Usage { get; private set; }

    internal string? Model { get; private set; }

    /// <summary>Reads one event; the steps are appended.</summary>
    internal void Read(string name, JsonValue data, List<AgentStep> steps)
    {
        switch (name)
        {
            case "thread.message.created":
                _hasTextOfMessage = false;
                break;
            case "thread.message.delta":
                ReadDelta(data.Member("delta"u8), steps);
                break;
            case "thread.message.completed":
                ReadWhole(data, steps);
                break;
            case "thread.run.step.completed":
                ClassicRun.ReadSearches(data, steps);
                break;
            case "error":
                Fail(ClassicRun.Failed(agent, data.Member("error"u8) is { IsObject: true } error ? error : data));
                break;
            // A 200 with a JSON body in place of a stream.
            case "" when data.Member("error"u8) is { IsObject: true } body:
                Fail(ClassicRun.Failed(agent, body));
                break;
            case var _ when name.StartsWith("thread.run.", StringComparison.Ordinal) && !name.StartsWith("thread.run.step.", StringComparison.Ordinal):
                ReadRun(data);
                break;
        }
    }

    /// <summary>Nothing more comes, and what came is no answer.</summary>
    internal void Fail(GatewayError error)
    {
        IsOver = true;
        Error = error;
    }

    private void ReadRun(JsonValue run)
    {
        if (AgentText.Of(run.Member("id"u8)) is { Length: > 0 } id) RunId = id;
        if (ClassicRun.IsPending(run)) return;
        IsOver = true;
        HasEnded = ClassicRun.HasEnded(run);
        Error = ClassicRun.ErrorOf(agent, run);
        Usage = ClassicRun.UsageOf(run);
        Model = ClassicRun.ModelOf(run);
    }

    private void ReadDelta(JsonValue delta, List<AgentStep> steps)
    {
        foreach (var part in delta.Member("content"u8).Items)
        {
            var text = part.Member("text"u8);
            foreach (var annotation in text.Member("annotations"u8).Items)
            {
                if (Annotations.Read(annotation) is { } source) steps.Add(source);
            }

            AddText(AgentText.Of(text.Member("value"u8)), steps);
        }
    }

    // Once more whole: sources that came with no piece are new, the text is not.
    private void ReadWhole(JsonValue message, List<AgentStep> steps)
    {
        var isNew = !_hasTextOfMessage;
        foreach (var part in message.Member("content"u8).Items)
        {
            var value = AgentText.Of(part.Member("text"u8).Member("value"u8));
            steps.AddRange(Annotations.InOrder(part.Member("text"u8).Member("annotations"u8), value));
            if (isNew) AddText(value, steps);
        }
    }

    private void AddText(string text, List<AgentStep> steps)
    {
        if (text.Length == 0) return;
        if (_hasText && !_hasTextOfMessage) steps.Add(new AgentStep.Text("\n\n"));
        _hasText = _hasTextOfMessage = true;
        steps.Add(new AgentStep.Text(text));
    }
}
