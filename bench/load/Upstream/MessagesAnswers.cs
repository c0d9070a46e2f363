using System.Text;

namespace Parley.Load.Upstream;

/// <summary>The answers of <see cref="ChatAnswers"/> in Anthropic's format: the same text, the same number of events.</summary>
internal static class MessagesAnswers
{
    private const string Usage = """{"input_tokens":84,"cache_creation_input_tokens":0,"cache_read_input_tokens":128,"output_tokens":50,"service_tier":"standard"}""";

    public static byte[] PlainBody { get; } = Encoding.UTF8.GetBytes(
        """{"id":"msg_BenchPlain0001","type":"message","role":"assistant","model":"claude-bench","content":[{"type":"text","text":"""
        + "\"" + Prose.Escaped(440) + "\""
        + """}],"stop_reason":"end_turn","stop_sequence":null,"usage":""" + Usage + "}");

    public static byte[] Plain { get; } =
    [
        .. Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nrequest-id: req_bench\r\n"
            + $"Content-Length: {PlainBody.Length}\r\n\r\n"),
        .. PlainBody,
    ];

    public static byte[] Event { get; } = Named(
        "content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"0000000000000000 more"}}""");

    public static byte[] EventFrame { get; } = Frame(Event);

    public static int FrameStampOffset { get; } = EventFrame.AsSpan().IndexOf("0000000000000000"u8);

    public static byte[] StreamHead { get; } =
    [
        .. "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"u8,
        .. "request-id: req_bench\r\nTransfer-Encoding: chunked\r\n\r\n"u8,
        .. Frame(Named("message_start",
            """{"type":"message_start","message":{"id":"msg_BenchStream0001","type":"message","role":"assistant","model":"claude-bench","content":[],"stop_reason":null,"stop_sequence":null,"usage":"""
            + Usage + "}}")),
        .. Frame(Named("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""")),
    ];

    public static byte[] EndFrames { get; } =
    [
        .. Frame(Named("content_block_stop", """{"type":"content_block_stop","index":0}""")),
        .. Frame(Named("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":50}}""")),
        .. Frame(Named("message_stop", """{"type":"message_stop"}""")),
        .. "0\r\n\r\n"u8,
    ];

    private static byte[] Named(string name, string data) => Encoding.UTF8.GetBytes($"event: {name}\ndata: {data}\n\n");

    private static byte[] Frame(byte[] data) => [.. Encoding.ASCII.GetBytes($"{data.Length:x}\r\n"), .. data, .. "\r\n"u8];
}
