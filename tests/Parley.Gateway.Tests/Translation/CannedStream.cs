using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Parley.Dialects;
using Parley.Dialects.Streaming;

namespace Parley.Gateway.Tests.Translation;

/// <summary>A whole streamed answer of a provider, frame by frame, so that a test can end it behind any of them.</summary>
/// <param name="Target">Whom it stands for.</param>
/// <param name="Preludes">How many frames say nothing of the answer yet.</param>
/// <param name="Needed">How many frames there must be for the answer to be finished.</param>
/// <param name="Frames">The frames.</param>
internal sealed record CannedStream(ProviderTarget Target, int Preludes, int Needed, IReadOnlyList<byte[]> Frames)
{
    internal const string Said = "one two";

    /// <summary>One of each dialect.</summary>
    internal static readonly IReadOnlyList<CannedStream> All =
    [
        new(ProviderTarget.OpenAI, 1, 4, [
            Data("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"""),
            Data("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"one"},"finish_reason":null}]}"""),
            Data("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":" two"},"finish_reason":null}]}"""),
            // Contracts §6: a chat stream is finished by [DONE], or by a finish reason on every choice.
            Data("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""),
            Data("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"""),
            Data("[DONE]"),
        ]),
        new(ProviderTarget.Reasoning, 4, 9, [
            Event("""{"type":"response.created","sequence_number":0,"response":{"id":"resp_c","object":"response","created_at":1,"status":"in_progress","model":"gpt-5-mini","output":[]}}"""),
            Event("""{"type":"response.in_progress","sequence_number":1,"response":{"id":"resp_c","object":"response","created_at":1,"status":"in_progress","model":"gpt-5-mini","output":[]}}"""),
            Event("""{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"id":"msg_c","type":"message","status":"in_progress","role":"assistant","content":[]}}"""),
            Event("""{"type":"response.content_part.added","sequence_number":3,"item_id":"msg_c","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}"""),
            Event("""{"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_c","output_index":0,"content_index":0,"delta":"one"}"""),
            Event("""{"type":"response.output_text.delta","sequence_number":5,"item_id":"msg_c","output_index":0,"content_index":0,"delta":" two"}"""),
            Event("""{"type":"response.output_text.done","sequence_number":6,"item_id":"msg_c","output_index":0,"content_index":0,"text":"one two"}"""),
            Event("""{"type":"response.output_item.done","sequence_number":7,"output_index":0,"item":{"id":"msg_c","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"one two","annotations":[]}]}}"""),
            Event("""{"type":"response.completed","sequence_number":8,"response":{"id":"resp_c","object":"response","created_at":1,"status":"completed","model":"gpt-5-mini","output":[{"id":"msg_c","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"one two","annotations":[]}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}}"""),
        ]),
        new(ProviderTarget.Anthropic, 3, 8, [
            Event("""{"type":"message_start","message":{"id":"msg_c","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}"""),
            Event("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
            Event("""{"type":"ping"}"""),
            Event("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"one"}}"""),
            Event("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" two"}}"""),
            Event("""{"type":"content_block_stop","index":0}"""),
            Event("""{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}"""),
            Event("""{"type":"message_stop"}"""),
        ]),
        new(ProviderTarget.BedrockLlama, 1, 6, [
            Frame("messageStart", """{"role":"assistant"}"""),
            Frame("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":"one"}}"""),
            Frame("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"text":" two"}}"""),
            Frame("contentBlockStop", """{"contentBlockIndex":0}"""),
            Frame("messageStop", """{"stopReason":"end_turn"}"""),
            Frame("metadata", """{"usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},"metrics":{"latencyMs":9}}"""),
        ]),
        new(ProviderTarget.Gemini, 0, 3, [
            Data("""{"candidates":[{"content":{"parts":[{"text":"one"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3},"modelVersion":"gemini-2.5-flash","responseId":"g"}"""),
            Data("""{"candidates":[{"content":{"parts":[{"text":" two"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3},"modelVersion":"gemini-2.5-flash","responseId":"g"}"""),
            Data("""{"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"gemini-2.5-flash","responseId":"g"}"""),
        ]),
    ];

    internal static CannedStream Of(string targetId) => All.Single(stream => stream.Target.Id == targetId);

    /// <summary>What a target sends when this surface asks: OpenAI's models have two dialects, and the caller's own is spliced.</summary>
    internal static CannedStream For(CallerSurface surface, string targetId) => ProviderTarget.Of(targetId) is { Provider: "openai" } && surface.Dialect is Dialect.OpenAIChat or Dialect.OpenAIResponses
        ? Of(surface.Dialect == Dialect.OpenAIChat ? "on-openai" : "on-reasoning")
        : Of(targetId);

    internal string ContentType => Target == ProviderTarget.BedrockLlama ? AwsEventStreamWriter.ContentType : "text/event-stream";

    /// <summary>Sends the first frames, each by itself, then ends the body, or breaks the connection.</summary>
    internal async Task SendAsync(HttpContext context, int frames, bool breaks = false)
    {
        context.Response.ContentType = ContentType;
        await context.Response.Body.FlushAsync(context.RequestAborted);
        for (var at = 0; at < frames; at++) await SendFrameAsync(context, at);
        if (breaks) context.Abort();
    }

    internal async Task SendFrameAsync(HttpContext context, int at)
    {
        await context.Response.Body.WriteAsync(Frames[at], context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static byte[] Data(string json) => Encoding.UTF8.GetBytes($"data: {json}\n\n");

    private static byte[] Event(string json) => Encoding.UTF8.GetBytes($"event: {System.Text.Json.Nodes.JsonNode.Parse(json)!["type"]}\ndata: {json}\n\n");

    private static byte[] Frame(string type, string json)
    {
        var frame = new ArrayBufferWriter<byte>();
        AwsEventStreamWriter.WriteEvent(frame, Encoding.UTF8.GetBytes(type), Encoding.UTF8.GetBytes(json));
        return frame.WrittenSpan.ToArray();
    }
}
