using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// The events of a streamed message: message_start · per block: start, deltas, stop · message_delta · message_stop; a ping after the first beginning
/// of a block, or alone where there is none.
/// </summary>
internal sealed class MessageStream(SimulatedCall call, MessageDocument message)
{
    public IEnumerable<StreamEvent> Events()
    {
        yield return Event("message_start", writer =>
        {
            writer.WritePropertyName("message");
            message.Write(writer, finished: false);
        });
        if (message.Blocks.Count == 0)
            yield return Ping();
        for (var index = 0; index < message.Blocks.Count; index++)
        {
            var (at, block) = (index, message.Blocks[index]);
            yield return Event("content_block_start", writer => WriteInner(writer, at, "content_block", block.Start));
            if (index == 0)
                yield return Ping();
            foreach (var delta in block.Deltas)
                yield return Event("content_block_delta", writer => WriteInner(writer, at, "delta", delta));
            yield return Event("content_block_stop", writer => writer.WriteNumber("index", at));
        }
        yield return Event("message_delta", writer =>
        {
            writer.WriteStartObject("delta");
            message.WriteStop(writer);
            writer.WriteEndObject();
            message.WriteLastUsage(writer);
        });
        if (call.Fault.Name == "annotations-after-finish")
            yield return Ping();
        yield return Event("message_stop", static _ => { });
    }

    private static StreamEvent Ping() => Event("ping", static _ => { });

    private static void WriteInner(Utf8JsonWriter writer, int index, string name, Action<Utf8JsonWriter> write)
    {
        writer.WriteNumber("index", index);
        writer.WriteStartObject(name);
        write(writer);
        writer.WriteEndObject();
    }

    private static StreamEvent Event(string type, Action<Utf8JsonWriter> writeRest) => new(type, Json.Write((type, writeRest), static (writer, state) =>
    {
        writer.WriteStartObject();
        writer.WriteString("type", state.type);
        state.writeRest(writer);
        writer.WriteEndObject();
    }));
}
