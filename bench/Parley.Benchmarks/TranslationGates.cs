using System.Buffers;
using System.Text;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Benchmarks;

/// <summary>
/// Translations. An event of a stream may cost 200 bytes on average (the gate of the issue); what is measured lies far below, so the
/// limits here are what a stream of 400 events may cost in all. An image of ten megabytes may cost its own size once.
/// </summary>
internal static class TranslationGates
{
    private const int Events = 400;
    private const int ImageBytes = 10 * 1024 * 1024;

    internal static IEnumerable<AllocationGate> All
    {
        get
        {
            var output = new ArrayBufferWriter<byte>(2 * 1024 * 1024);
            var chat = Bodies.ChatStream(Events);
            var messages = MessagesStream();
            yield return Stream("messages → chat", Dialect.AnthropicMessages, Dialect.OpenAIChat, messages, output);
            yield return Stream("messages → responses", Dialect.AnthropicMessages, Dialect.OpenAIResponses, messages, output);
            yield return Stream("chat → messages", Dialect.OpenAIChat, Dialect.AnthropicMessages, chat, output);
            yield return Stream("chat → gemini", Dialect.OpenAIChat, Dialect.GeminiContent, chat, output);
            var small = Bodies.Small;
            yield return new("chat request → messages, 1 KB", 4096, () => Request(small, Dialect.OpenAIChat, Dialect.AnthropicMessages));
            var image = ImageRequest();
            yield return new("chat request → messages, image of 10 MB", ImageBytes + (512 * 1024), () => Request(image, Dialect.OpenAIChat, Dialect.AnthropicMessages));
        }
    }

    private static AllocationGate Stream(string name, Dialect from, Dialect to, byte[] stream, ArrayBufferWriter<byte> output) =>
        new($"stream {name}, {Events} events", 200 * Events / 4, () =>
        {
            var buffer = new PooledBuffer(2048);
            var context = new ReplyContext(Caller(to), JsonString.From("asked"), "01bench", 1760000000, new LossReport());
            using var tap = new TranslatingStreamTap(DialectCodecs.Of(from).CreateReader(), DialectCodecs.Of(to).CreateWriter(context, buffer), buffer, default, context);
            StreamGates.Relay(stream, tap, output);
        });

    private static Conversation Caller(Dialect dialect) => new(dialect) { IsStream = true, WantsStreamUsage = true };

    private static void Request(byte[] body, Dialect from, Dialect to)
    {
        var conversation = DialectCodecs.Of(from).ReadRequest(JsonValue.Of(body), default);
        using var output = new PooledBuffer(body.Length + (16 * 1024));
        var target = new TranslationTarget(to, JsonString.From("claude-sonnet-4-5"), ModelTraitsTable.Of("claude-sonnet-4-5"));
        DialectCodecs.Of(to).WriteRequest(new RequestWriting(conversation, target, new JsonOutput(output), new LossReport()));
        if (output.Length < body.Length / 2) throw new InvalidOperationException("The request was not written.");
    }

    private static byte[] MessagesStream()
    {
        var text = new StringBuilder();
        Event("""{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":1}}}""");
        Event("""{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""");
        for (var i = 0; i < Events; i++) Event("""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" word"}}""");
        Event("""{"type":"content_block_stop","index":0}""");
        Event("""{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":400}}""");
        Event("""{"type":"message_stop"}""");
        return Encoding.UTF8.GetBytes(text.ToString());

        void Event(string data) => text.Append("data: ").Append(data).Append("\n\n");
    }

    private static byte[] ImageRequest()
    {
        var base64 = new string('A', ImageBytes);
        return Encoding.UTF8.GetBytes(
            "{\"model\":\"m\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
            + base64 + "\"}}]}]}");
    }
}
