using System.Text.Json;

namespace Parley.Simulator;

/// <summary>The answered message, members in Anthropic's order.</summary>
internal sealed class MessageDocument(SimulatedCall call, Answer answer, MessageInput input, IReadOnlyList<MessageBlock> blocks, bool refuses, bool searches)
{
    private readonly ClaudeTraits traits = ClaudeTraits.Of(call.Model!);

    public IReadOnlyList<MessageBlock> Blocks => blocks;

    private string StopReason => refuses ? "refusal" : answer.ToolCalls.Count > 0 ? "tool_use" : answer.Truncated ? "max_tokens"
        : answer.StopSequence is not null ? "stop_sequence" : "end_turn";

    // Newer answers have the member on every message, older ones on refusals alone.
    private bool TellsDetails => refuses || traits.Version >= 5;

    public static MessageDocument Of(SimulatedCall call)
    {
        var prompt = MessagesPrompt.Read(call);
        var answer = AnswerComposer.Compose(call, prompt);
        var refuses = prompt.LastUserText.Contains("simulate:refusal", StringComparison.Ordinal);
        var searches = !refuses && prompt.LastUserText.Contains("call:web_search", StringComparison.Ordinal)
            && call.Body.FindArray("tools").Any(tool => tool.FindString("type")?.StartsWith("web_search_", StringComparison.Ordinal) is true);
        var blocks = refuses ? [] : MessageBlocks.Of(call, prompt, answer, searches);
        return new MessageDocument(call, answer, MessagesPrompt.Input(call.Body), blocks, refuses, searches);
    }

    public byte[] ToJson() => Json.Write(this, static (writer, message) => message.Write(writer, finished: true));

    /// <summary>The whole message, or its beginning in a stream: no content, no reason to stop, one token.</summary>
    public void Write(Utf8JsonWriter writer, bool finished)
    {
        writer.WriteStartObject();
        writer.WriteString("model", ClaudeTraits.AnsweredAs(call.Model!));
        writer.WriteString("id", call.Id("msg_01", 22));
        writer.WriteString("type", "message");
        writer.WriteString("role", "assistant");
        writer.WriteStartArray("content");
        foreach (var block in finished ? blocks : [])
        {
            writer.WriteStartObject();
            block.Whole(writer);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (finished)
        {
            WriteStop(writer);
        }
        else
        {
            writer.WriteNull("stop_reason");
            writer.WriteNull("stop_sequence");
        }
        WriteUsage(writer, finished ? answer.Usage.Output : 1, whole: true, finished);
        writer.WriteEndObject();
    }

    public void WriteStop(Utf8JsonWriter writer)
    {
        writer.WriteString("stop_reason", StopReason);
        writer.WriteString("stop_sequence", answer.StopSequence);
        if (!TellsDetails)
            return;
        if (!refuses)
        {
            writer.WriteNull("stop_details");
            return;
        }
        writer.WriteStartObject("stop_details");
        writer.WriteString("type", "refusal");
        writer.WriteString("category", "cyber");
        writer.WriteString("explanation", "This request triggered restrictions on violative cyber content and was blocked under Anthropic's Usage Policy.");
        writer.WriteEndObject();
    }

    /// <summary>The usage that ends a stream: the counters alone.</summary>
    public void WriteLastUsage(Utf8JsonWriter writer) => WriteUsage(writer, answer.Usage.Output, whole: false, finished: true);

    private void WriteUsage(Utf8JsonWriter writer, int output, bool whole, bool finished)
    {
        if (call.Fault.Name == "no-usage")
            return;
        // The first turn of a conversation writes what later turns read. A model …-cached reads half of what nobody marked.
        var reads = call.Body.FindArray("messages").Any(message => message.FindString("role") == "assistant") || ModelTraits.ReportsCached(call.Model!);
        var marked = input.Cacheable > 0 ? input.Cacheable : answer.Usage.Cached;
        var (written, read) = reads ? (0, marked) : (marked, 0);
        writer.WriteStartObject("usage");
        writer.WriteNumber("input_tokens", input.Total - marked);
        writer.WriteNumber("cache_creation_input_tokens", written);
        writer.WriteNumber("cache_read_input_tokens", read);
        if (whole)
        {
            writer.WriteStartObject("cache_creation");
            writer.WriteNumber("ephemeral_5m_input_tokens", input.ForAnHour ? 0 : written);
            writer.WriteNumber("ephemeral_1h_input_tokens", input.ForAnHour ? written : 0);
            writer.WriteEndObject();
        }
        writer.WriteNumber("output_tokens", output);
        if (finished && traits.Version >= 5)
        {
            writer.WriteStartObject("output_tokens_details");
            writer.WriteNumber("thinking_tokens", answer.Usage.Reasoning);
            writer.WriteEndObject();
        }
        if (finished && searches)
        {
            writer.WriteStartObject("server_tool_use");
            writer.WriteNumber("web_search_requests", 1);
            writer.WriteNumber("web_fetch_requests", 0);
            writer.WriteEndObject();
        }
        if (whole)
        {
            writer.WriteString("service_tier", "standard");
            writer.WriteString("inference_geo", traits.Version >= 5 ? "global" : "not_available");
        }
        writer.WriteEndObject();
    }
}
