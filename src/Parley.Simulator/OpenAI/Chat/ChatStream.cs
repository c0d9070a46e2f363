using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// The chunks of a streamed answer: (Azure: prompt results without choices) · role, per choice · content or tool calls, choices taking turns ·
/// finish reason, per choice · usage without choices, if asked for · <c>[DONE]</c>.
/// </summary>
internal sealed class ChatStream(SimulatedCall simulated, IReadOnlyList<Answer> given)
{
    private const int ArgumentPiece = 12;

    private readonly SimulatedCall call = simulated;
    private readonly IReadOnlyList<Answer> answers = given;
    private readonly bool azure = simulated.Vendor == Vendor.Azure;
    private readonly bool usage = simulated.Body.Find("stream_options")?.FindBool("include_usage") is true && simulated.Fault.Name != "no-usage";
    private readonly bool obfuscated = simulated.Body.Find("stream_options")?.FindBool("include_obfuscation") is not false;
    private readonly string id = simulated.Id("chatcmpl-", 29);
    private readonly string fingerprint = simulated.Id("fp_", 10, 48);
    private readonly string model = ModelTraits.AnsweredAs(simulated.Model!);
    private readonly long created = simulated.Created;
    private int chunks;

    public IEnumerable<StreamEvent> Events()
    {
        if (azure)
            yield return new StreamEvent(null, AzureAnnotations.PromptChunk());
        for (var index = 0; index < answers.Count; index++)
            yield return Role(index);
        for (var turn = 0; ; turn++)
        {
            var any = false;
            for (var index = 0; index < answers.Count; index++)
            {
                if (turn >= answers[index].Pieces.Count)
                    continue;
                any = true;
                yield return Content(index, answers[index].Pieces[turn]);
            }
            if (!any)
                break;
        }
        for (var index = 0; index < answers.Count; index++)
        {
            foreach (var chunk in ToolCalls(index))
                yield return chunk;
        }
        for (var index = 0; index < answers.Count; index++)
            yield return Finish(index, withUsage: call.Fault.Name == "usage-with-choices" && index == answers.Count - 1);
        if (call.Fault.Name == "annotations-after-finish")
        {
            for (var index = 0; index < answers.Count; index++)
                yield return new StreamEvent(null, AzureAnnotations.LateChunk(index, answers[index].Text.Length));
        }
        if (usage && call.Fault.Name != "usage-with-choices")
            yield return Usage();
        yield return StreamEvent.Done;
    }

    private StreamEvent Role(int index) => Choice(index, static (writer, answer) =>
    {
        writer.WriteString("role", "assistant");
        if (answer.ToolCalls.Count > 0)
            writer.WriteNull("content");
        else
            writer.WriteString("content", "");
        writer.WriteNull("refusal");
    }, answers[index]);

    private StreamEvent Content(int index, string piece) =>
        Choice(index, static (writer, text) => writer.WriteString("content", text), piece, piece, annotated: true);

    private IEnumerable<StreamEvent> ToolCalls(int index)
    {
        for (var tool = 0; tool < answers[index].ToolCalls.Count; tool++)
        {
            var one = answers[index].ToolCalls[tool];
            yield return Choice(index, static (writer, state) => WriteToolCall(writer, state.tool, state.one, ""), (tool, one));
            for (var at = 0; at < one.Arguments.Length; at += ArgumentPiece)
            {
                var piece = one.Arguments.Substring(at, Math.Min(ArgumentPiece, one.Arguments.Length - at));
                yield return Choice(index, static (writer, state) => WriteToolCall(writer, state.tool, null, state.piece), (tool, piece));
            }
        }
    }

    private static void WriteToolCall(Utf8JsonWriter writer, int index, AnswerToolCall? begin, string arguments)
    {
        writer.WriteStartArray("tool_calls");
        writer.WriteStartObject();
        writer.WriteNumber("index", index);
        if (begin is not null)
        {
            writer.WriteString("id", begin.Id);
            writer.WriteString("type", "function");
        }
        writer.WriteStartObject("function");
        if (begin is not null)
            writer.WriteString("name", begin.Name);
        writer.WriteString("arguments", arguments);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private StreamEvent Finish(int index, bool withUsage) =>
        Choice(index, static (_, _) => { }, 0, finishReason: ChatWriting.FinishReason(answers[index]), withUsage: withUsage);

    private StreamEvent Usage() => Chunk(this, static (writer, stream) =>
    {
        writer.WriteStartArray("choices");
        writer.WriteEndArray();
        ChatWriting.WriteUsage(writer, stream.answers);
    });

    private StreamEvent Choice<T>(int index, Action<Utf8JsonWriter, T> writeDelta, T delta, string? piece = null, bool annotated = false,
        string? finishReason = null, bool withUsage = false) =>
        Chunk((this, index, writeDelta, delta, piece, annotated, finishReason, withUsage), static (writer, state) =>
        {
            var (stream, index, writeDelta, delta, piece, annotated, finishReason, withUsage) = state;
            writer.WriteStartArray("choices");
            writer.WriteStartObject();
            writer.WriteNumber("index", index);
            writer.WriteStartObject("delta");
            writeDelta(writer, delta);
            writer.WriteEndObject();
            if (piece is null)
                writer.WriteNull("logprobs");
            else
                ChatWriting.WriteLogprobs(writer, stream.call, [piece]);
            writer.WriteString("finish_reason", finishReason);
            if (stream.azure)
                AzureAnnotations.WriteResults(writer, completion: annotated, empty: !annotated);
            writer.WriteEndObject();
            writer.WriteEndArray();
            if (withUsage)
                ChatWriting.WriteUsage(writer, stream.answers);
            else if (stream.usage)
                writer.WriteNull("usage");
        });

    private StreamEvent Chunk<T>(T state, Action<Utf8JsonWriter, T> writeRest)
    {
        chunks++;
        return new StreamEvent(null, Json.Write((this, state, writeRest), static (writer, s) =>
        {
            var (stream, state, writeRest) = s;
            writer.WriteStartObject();
            writer.WriteString("id", stream.id);
            writer.WriteString("object", "chat.completion.chunk");
            writer.WriteNumber("created", stream.created);
            writer.WriteString("model", stream.model);
            if (!stream.azure)
                writer.WriteString("service_tier", "default");
            writer.WriteString("system_fingerprint", stream.fingerprint);
            writeRest(writer, state);
            if (stream.obfuscated)
                writer.WriteString("obfuscation", Obfuscation.Of(stream.call, stream.chunks));
            writer.WriteEndObject();
        }));
    }
}
