using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Parley.Load.Upstream;

/// <summary>
/// The bytes that the upstream answers with, made once: a plain chat completion of about 1 KB, and the frames of a stream.
/// </summary>
internal static class ChatAnswers
{
    private const string Usage =
        """{"prompt_tokens":212,"completion_tokens":50,"total_tokens":262,"prompt_tokens_details":{"cached_tokens":128,"audio_tokens":0},"""
        + """
        "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}
        """;
    private const string ChunkStart = """{"id":"chatcmpl-BenchStream0001","object":"chat.completion.chunk","created":1760000000,"model":"bench","choices":[""";

    /// <summary>The body of a plain answer.</summary>
    public static byte[] PlainBody { get; } = Encoding.UTF8.GetBytes(
        """{"id":"chatcmpl-BenchPlain0001","object":"chat.completion","created":1760000000,"model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":"""
        + "\"" + Prose.Escaped(440) + "\""
        + ""","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":""" + Usage
        + ""","service_tier":"default","system_fingerprint":"fp_bench"}""");

    /// <summary>Head and body of a plain answer, for a single send.</summary>
    public static byte[] Plain { get; } =
    [
        .. Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_bench\r\n"
            + $"Content-Length: {PlainBody.Length}\r\n\r\n"),
        .. PlainBody,
    ];

    public static byte[] StreamHead { get; } =
    [
        .. "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"u8,
        .. "x-request-id: req_bench\r\nTransfer-Encoding: chunked\r\n\r\n"u8,
    ];

    /// <summary>One content event. Its text begins with the sixteen hex digits of the moment of sending (<see cref="Stamp"/>).</summary>
    public static byte[] Event { get; } =
        Encoding.UTF8.GetBytes("data: " + ChunkStart + """{"index":0,"delta":{"content":"0000000000000000 more"},"finish_reason":null}]}""" + "\n\n");

    /// <summary>Where the stamp stands in <see cref="Event"/>.</summary>
    public static int StampOffset { get; } = Event.AsSpan().IndexOf("0000000000000000"u8);

    /// <summary>What follows the content events for a client that did not ask for usage: the finish reason and the end mark.</summary>
    public static byte[] EndForClient { get; } = [.. Finish, .. Done];

    /// <summary><see cref="Event"/> as one HTTP chunk.</summary>
    public static byte[] EventFrame { get; } = Frame(Event);

    public static int FrameStampOffset { get; } = EventFrame.AsSpan().IndexOf("0000000000000000"u8);

    public static byte[] EndFrames { get; } = [.. Frame(Finish), .. Frame(Done), .. "0\r\n\r\n"u8];

    public static byte[] EndFramesWithUsage { get; } = [.. Frame(Finish), .. Frame(UsageEvent), .. Frame(Done), .. "0\r\n\r\n"u8];

    private static byte[] Finish => Encoding.UTF8.GetBytes("data: " + ChunkStart + """{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n");

    private static byte[] UsageEvent => Encoding.UTF8.GetBytes("data: " + ChunkStart + "],\"usage\":" + Usage + "}\n\n");

    private static byte[] Done => "data: [DONE]\n\n"u8.ToArray();

    /// <summary>Writes the current <see cref="Stopwatch"/> timestamp as sixteen hex digits.</summary>
    public static void Stamp(Span<byte> digits) => Utf8Formatter.TryFormat(Stopwatch.GetTimestamp(), digits, out _, new('x', 16));

    /// <summary>Reads what <see cref="Stamp"/> wrote; false when these are no hex digits.</summary>
    public static bool TryReadStamp(ReadOnlySpan<byte> digits, out long timestamp) =>
        Utf8Parser.TryParse(digits, out timestamp, out var used, 'x') && used == 16;

    private static byte[] Frame(byte[] data) => [.. Encoding.ASCII.GetBytes($"{data.Length:x}\r\n"), .. data, .. "\r\n"u8];
}
