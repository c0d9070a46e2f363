using System.Globalization;
using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>
/// The events of a streamed run: (thread) · run created, queued, in progress · the search's step · the message's step · the message and its deltas ·
/// their ends · the run's end · <c>done</c>. A run that fails, expires or is cancelled says half of its answer first.
/// </summary>
internal sealed class RunStream(AgentThread thread, AgentRun run, bool withThread)
{
    /// <summary>How many events a stuck run sends: all of its beginning and two deltas.</summary>
    public static string EventsBeforeStuck(AgentRun run, bool withThread) =>
        ((withThread ? 1 : 0) + 3 + (run.Answer.Grounded ? 5 : 0) + 4 + 2).ToString(CultureInfo.InvariantCulture);

    public IEnumerable<StreamEvent> Events()
    {
        if (withThread)
            yield return Event("thread.created", thread.Write());
        yield return Event("thread.run.created", run.Write());
        yield return Event("thread.run.queued", run.Write());
        Change(run => run.Begin());
        yield return Event("thread.run.in_progress", run.Write());
        foreach (var one in run.Fate.Ending == "requires-action" ? [] : Steps())
            yield return one;
        Change(run => run.End());
        yield return Event($"thread.run.{run.Status}", run.Write());
        yield return new StreamEvent("done", "[DONE]"u8.ToArray());
    }

    private IEnumerable<StreamEvent> Steps()
    {
        if (run.Answer.Grounded)
        {
            yield return Event("thread.run.step.created", RunSteps.Search(run, "in_progress"));
            yield return Event("thread.run.step.in_progress", RunSteps.Search(run, "in_progress"));
            foreach (var delta in RunSteps.SearchDeltas(run))
                yield return Event("thread.run.step.delta", delta);
            yield return Event("thread.run.step.completed", RunSteps.Search(run, "completed"));
        }
        yield return Event("thread.run.step.created", RunSteps.Message(run, "in_progress"));
        yield return Event("thread.run.step.in_progress", RunSteps.Message(run, "in_progress"));
        var message = RunsOperation.Answer(run);
        yield return Event("thread.message.created", message.Write(finished: false));
        yield return Event("thread.message.in_progress", message.Write(finished: false));
        foreach (var (text, citations) in message.Answer!.Pieces())
            yield return Event("thread.message.delta", Delta(text, citations));
        yield return Event(message.Incomplete is null ? "thread.message.completed" : "thread.message.incomplete", message.Write());
        var ending = run.Fate.Ending is null or "incomplete" ? "completed" : run.Fate.Ending;
        yield return Event($"thread.run.step.{ending}", RunSteps.Message(run, ending));
    }

    private JsonObject Delta(string text, IReadOnlyList<(int Index, Citation Citation)> citations)
    {
        var value = new JsonObject { ["value"] = text };
        if (citations.Count > 0)
        {
            value["annotations"] = new JsonArray([.. citations.Select(one =>
            {
                var annotation = ThreadMessage.Annotation(one.Citation);
                annotation.Insert(0, "index", one.Index);
                return annotation;
            })]);
        }
        return new JsonObject
        {
            ["id"] = run.MessageId,
            ["object"] = "thread.message.delta",
            ["delta"] = new JsonObject
            {
                ["content"] = new JsonArray(new JsonObject { ["index"] = 0, ["type"] = "text", ["text"] = value }),
            },
        };
    }

    private void Change(Action<AgentRun> change)
    {
        lock (thread.Gate)
        {
            change(run);
            RunsOperation.AddAnswer(thread, run);
        }
    }

    private static StreamEvent Event(string name, JsonNode data) => new(name, Json.Write(data, static (writer, node) => node.WriteTo(writer)));
}
