using System.Text.Json;

namespace Parley.Simulator;

/// <summary>The answer of Converse, plain and as events: messageStart · per block (start, for calls only) deltas, stop · messageStop · metadata.</summary>
internal sealed class ConverseDocument(SimulatedCall call, Answer answer, IReadOnlyList<ConverseBlock> blocks, string stopReason)
{
    // As recorded; the same in every answer.
    private const int Latency = 12;

    private readonly BedrockTraits traits = BedrockTraits.Find(call.Model!)!;

    public static ConverseDocument Of(SimulatedCall call)
    {
        var prompt = ConversePrompt.Read(call);
        var answer = AnswerComposer.Compose(call, prompt);
        var guarded = prompt.LastUserText.Contains("simulate:guardrail", StringComparison.Ordinal);
        var refuses = prompt.LastUserText.Contains("simulate:refusal", StringComparison.Ordinal);
        var blocks = guarded ? [ConverseBlock.Text(Tokens.Split("Sorry, the model cannot answer this question."))] : refuses ? [] : ConverseBlock.Of(call, prompt, answer);
        var stopReason = guarded ? "guardrail_intervened" : refuses ? "content_filtered" : answer.ToolCalls.Count > 0 ? "tool_use" : answer.Truncated ? "max_tokens"
            : answer.StopSequence is not null ? "stop_sequence" : "end_turn";
        return new ConverseDocument(call, answer, blocks, stopReason);
    }

    public byte[] ToJson() => Json.Write(this, static (writer, document) =>
    {
        writer.WriteStartObject();
        WriteMetrics(writer);
        writer.WriteStartObject("output");
        writer.WriteStartObject("message");
        writer.WriteStartArray("content");
        foreach (var block in document.Blocks)
        {
            writer.WriteStartObject();
            block.Whole(writer);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteString("role", "assistant");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteString("stopReason", document.StopReason);
        document.WriteUsage(writer, plain: true);
        writer.WriteEndObject();
    });

    public IEnumerable<StreamEvent> Events()
    {
        yield return Event("messageStart", static writer => writer.WriteString("role", "assistant"));
        for (var index = 0; index < blocks.Count; index++)
        {
            var (at, block) = (index, blocks[index]);
            if (block.Start is { } start)
                yield return Event("contentBlockStart", writer => WriteInner(writer, at, "start", start));
            foreach (var delta in block.Deltas)
                yield return Event("contentBlockDelta", writer => WriteInner(writer, at, "delta", delta));
            yield return Event("contentBlockStop", writer => writer.WriteNumber("contentBlockIndex", at));
        }
        yield return Event("messageStop", WriteStop);
        if (call.Fault.Name != "no-usage")
        {
            yield return Event("metadata", writer =>
            {
                WriteMetrics(writer);
                WriteUsage(writer, plain: false);
            });
        }
    }

    private IReadOnlyList<ConverseBlock> Blocks => blocks;

    private string StopReason => stopReason;

    private void WriteStop(Utf8JsonWriter writer)
    {
        if (traits.IsClaude)
        {
            writer.WriteStartObject("additionalModelResponseFields");
            writer.WriteStartObject("delta");
            writer.WriteString("stop_sequence", answer.StopSequence);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        writer.WriteString("stopReason", stopReason);
    }

    private static void WriteInner(Utf8JsonWriter writer, int index, string name, Action<Utf8JsonWriter> write)
    {
        writer.WriteNumber("contentBlockIndex", index);
        writer.WriteStartObject(name);
        write(writer);
        writer.WriteEndObject();
    }

    private static void WriteMetrics(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("metrics");
        writer.WriteNumber("latencyMs", Latency);
        writer.WriteEndObject();
    }

    // A plain answer tells the cache under two names, as recorded; a stream tells it only where there is something to tell.
    private void WriteUsage(Utf8JsonWriter writer, bool plain)
    {
        if (call.Fault.Name == "no-usage")
            return;
        var marked = ConversePrompt.Count(call.Body, upToCachePoint: true);
        if (marked == 0)
            marked = answer.Usage.Cached;
        var reads = ModelTraits.ReportsCached(call.Model!) || call.Body.FindArray("messages").Any(message => message.FindString("role") == "assistant");
        var (read, written) = reads ? (marked, 0) : (0, marked);
        writer.WriteStartObject("usage");
        foreach (var (name, tokens) in ((string, int)[])[("cacheRead", read), ("cacheWrite", written)])
        {
            if (plain)
                writer.WriteNumber($"{name}InputTokenCount", tokens);
            if (plain || marked > 0)
                writer.WriteNumber($"{name}InputTokens", tokens);
        }
        // Input counts what no cache gave; the total counts everything.
        writer.WriteNumber("inputTokens", answer.Usage.Input - marked);
        writer.WriteNumber("outputTokens", answer.Usage.Output);
        writer.WriteStartObject("serverToolUsage");
        writer.WriteEndObject();
        writer.WriteNumber("totalTokens", answer.Usage.Total);
        writer.WriteEndObject();
    }

    // "p" pads every event, so that its size tells nothing.
    private StreamEvent Event(string name, Action<Utf8JsonWriter> write) => new(name, Json.Write((this, write), static (writer, state) =>
    {
        writer.WriteStartObject();
        state.write(writer);
        writer.WriteString("p", state.Item1.Padding);
        writer.WriteEndObject();
    }));

    private string Padding => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[..(2 + (call.Hash[0] % 40))];
}
