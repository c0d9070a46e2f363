using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>
/// The events of an agent's streamed response: created · in_progress · per item: added, its deltas, done · completed, incomplete or failed.
/// An annotation comes as soon as its marker is complete; a response that fails says half of its answer first.
/// </summary>
internal sealed class AgentResponseStream(AgentResponse response, Action finish)
{
    private int sequence;

    public IEnumerable<StreamEvent> Events()
    {
        yield return Event("response.created", new JsonObject { ["response"] = response.Write(finished: false) });
        yield return Event("response.in_progress", new JsonObject { ["response"] = response.Write(finished: false) });
        var index = 0;
        foreach (var (begun, done) in response.Items(finished: false).Zip(response.Items(finished: true)))
        {
            yield return Event("response.output_item.added", new JsonObject { ["output_index"] = index, ["item"] = begun });
            foreach (var one in (string?)done["type"] == "message" ? Message(index) : [])
                yield return one;
            // What failed in the middle of the text is not done.
            if ((string?)done["type"] != "message" || response.Status is "completed" or "incomplete")
                yield return Event("response.output_item.done", new JsonObject { ["output_index"] = index, ["item"] = done });
            index++;
        }
        finish();
        yield return Event($"response.{response.Status}", new JsonObject { ["response"] = response.Write(finished: true) });
    }

    private IEnumerable<StreamEvent> Message(int index)
    {
        yield return Event("response.content_part.added", In(index, "part", response.Part(whole: false)));
        foreach (var (text, citations) in response.Said.Pieces())
        {
            var delta = In(index, "delta", text);
            delta["logprobs"] = new JsonArray();
            yield return Event("response.output_text.delta", delta);
            foreach (var (number, citation) in citations)
            {
                var annotation = In(index, "annotation", AgentResponse.Annotation(citation));
                annotation["annotation_index"] = number;
                yield return Event("response.output_text.annotation.added", annotation);
            }
        }
        if (response.Status is not ("completed" or "incomplete"))
            yield break;
        var whole = In(index, "text", response.Said.Text);
        whole["logprobs"] = new JsonArray();
        yield return Event("response.output_text.done", whole);
        yield return Event("response.content_part.done", In(index, "part", response.Part(whole: true)));
    }

    private JsonObject In(int index, string name, JsonNode value) =>
        new() { ["item_id"] = response.MessageId, ["output_index"] = index, ["content_index"] = 0, [name] = value };

    private StreamEvent Event(string type, JsonObject rest)
    {
        rest.Insert(0, "type", type);
        rest.Insert(1, "sequence_number", sequence++);
        return new StreamEvent(type, Json.Write(rest, static (writer, node) => node.WriteTo(writer)));
    }
}
