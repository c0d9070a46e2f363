using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// The events of a streamed response: created · in_progress · per item: added, its parts and deltas, done · completed or incomplete.
/// <c>sequence_number</c> counts from 0.
/// </summary>
internal sealed class ResponseStream(SimulatedCall call, ResponseDocument document)
{
    private const int ArgumentPiece = 12;

    private readonly bool obfuscated = call.Body.Find("stream_options")?.FindBool("include_obfuscation") is not false;
    private int sequence;

    public IEnumerable<StreamEvent> Events()
    {
        yield return Whole("response.created", finished: false);
        yield return Whole("response.in_progress", finished: false);
        for (var index = 0; index < document.Items.Count; index++)
        {
            var item = document.Items[index];
            yield return Item("response.output_item.added", index, item, finished: false);
            foreach (var part in Inside(index, item))
                yield return part;
            yield return Item("response.output_item.done", index, item, finished: true);
        }
        yield return Whole(document.Incomplete ? "response.incomplete" : "response.completed", finished: true);
    }

    private IEnumerable<StreamEvent> Inside(int index, OutputItem item) => item switch
    {
        MessageItem message => Message(index, message),
        FunctionCallItem function => FunctionCall(index, function),
        ReasoningItem { Summary: { } summary } => Reasoning(index, item, summary),
        _ => [],
    };

    private IEnumerable<StreamEvent> Message(int index, MessageItem item)
    {
        yield return Part("response.content_part.added", index, item, "content_index", w => MessageItem.WritePart(w, ""));
        foreach (var piece in item.Pieces)
            yield return Text("response.output_text.delta", index, item, "content_index", "delta", piece, logprobs: true, delta: true);
        var text = item.Text;
        yield return Text("response.output_text.done", index, item, "content_index", "text", text, logprobs: true);
        yield return Part("response.content_part.done", index, item, "content_index", w => MessageItem.WritePart(w, text));
    }

    private IEnumerable<StreamEvent> Reasoning(int index, OutputItem item, string summary)
    {
        yield return Part("response.reasoning_summary_part.added", index, item, "summary_index", w => ReasoningItem.WritePart(w, ""));
        foreach (var piece in Tokens.Split(summary))
            yield return Text("response.reasoning_summary_text.delta", index, item, "summary_index", "delta", piece, delta: true);
        yield return Text("response.reasoning_summary_text.done", index, item, "summary_index", "text", summary);
        yield return Part("response.reasoning_summary_part.done", index, item, "summary_index", w => ReasoningItem.WritePart(w, summary));
    }

    private IEnumerable<StreamEvent> FunctionCall(int index, FunctionCallItem item)
    {
        var arguments = item.Call.Arguments;
        for (var at = 0; at < arguments.Length; at += ArgumentPiece)
        {
            yield return Text("response.function_call_arguments.delta", index, item, null, "delta",
                arguments.Substring(at, Math.Min(ArgumentPiece, arguments.Length - at)), delta: true);
        }
        yield return Event("response.function_call_arguments.done", writer =>
        {
            writer.WriteString("item_id", item.Id);
            writer.WriteNumber("output_index", index);
            writer.WriteString("name", item.Call.Name);
            writer.WriteString("arguments", arguments);
        });
    }

    private StreamEvent Whole(string type, bool finished) => Event(type, writer =>
    {
        writer.WritePropertyName("response");
        document.Write(writer, finished);
    });

    private StreamEvent Item(string type, int index, OutputItem item, bool finished) => Event(type, writer =>
    {
        writer.WriteNumber("output_index", index);
        writer.WritePropertyName("item");
        item.Write(writer, finished);
    });

    private StreamEvent Part(string type, int index, OutputItem item, string indexName, Action<Utf8JsonWriter> writePart) => Event(type, writer =>
    {
        writer.WriteString("item_id", item.Id);
        writer.WriteNumber("output_index", index);
        writer.WriteNumber(indexName, 0);
        writer.WritePropertyName("part");
        writePart(writer);
    });

    private StreamEvent Text(string type, int index, OutputItem item, string? indexName, string name, string text, bool logprobs = false, bool delta = false) =>
        Event(type, writer =>
        {
            writer.WriteString("item_id", item.Id);
            writer.WriteNumber("output_index", index);
            if (indexName is not null)
                writer.WriteNumber(indexName, 0);
            writer.WriteString(name, text);
            if (logprobs)
            {
                writer.WriteStartArray("logprobs");
                writer.WriteEndArray();
            }
            if (delta && obfuscated)
                writer.WriteString("obfuscation", Obfuscation.Of(call, sequence));
        });

    private StreamEvent Event(string type, Action<Utf8JsonWriter> writeRest)
    {
        var number = sequence++;
        return new StreamEvent(type, Json.Write((type, number, writeRest), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", state.type);
            writer.WriteNumber("sequence_number", state.number);
            state.writeRest(writer);
            writer.WriteEndObject();
        }));
    }
}
