using System.Buffers;
using System.Text;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Forms;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.Splicing;
using Parley.Dialects.Streaming;

namespace Parley.Fuzz;

/// <summary>All targets: the scanner, the frame readers, and each codec's readers with every writer behind them.</summary>
internal static class Targets
{
    private static readonly Dialect[] Surfaces = [Dialect.OpenAIChat, Dialect.OpenAIResponses, Dialect.AnthropicMessages, Dialect.GeminiContent];

    private static readonly string[] Models = ["gpt-4o", "gpt-5", "claude-sonnet-4-5", "claude-opus-5", "gemini-2.5-flash", "gemini-3-pro", "meta.llama3-70b-instruct-v1:0", "anything"];

    internal static IReadOnlyList<FuzzTarget> All(Corpus corpus) =>
    [
        new("envelope", corpus.AllRequests, Envelope),
        new("form", Forms, Form),
        new("sse frames", corpus.AllStreams, bytes => Drain(new SseFrameReader(), bytes)),
        new("event-stream frames", corpus.EventStreams, bytes => Drain(new AwsEventStreamReader(), bytes)),
        .. DialectCodecs.All.Select(codec => new FuzzTarget($"{codec.Dialect} request", corpus.Requests(codec.Dialect), bytes => Request(codec, bytes))),
        .. DialectCodecs.All.Select(codec => new FuzzTarget($"{codec.Dialect} reply", corpus.Replies(codec.Dialect), bytes => Reply(codec, bytes))),
        .. DialectCodecs.All.Select(codec => new FuzzTarget($"{codec.Dialect} stream", corpus.Streams(codec.Dialect), bytes => Stream(codec, bytes))),
    ];

    private static void Envelope(byte[] bytes)
    {
        var fault = RequestEnvelope.Scan(bytes, out var envelope);
        if (fault.Kind != EnvelopeFaultKind.None) return;
        if (!JsonValue.TryParse(bytes, out var value)) throw new InvalidOperationException("The scan took what is not JSON.");
        foreach (var member in value.Members) _ = member.Name.ToText();
        foreach (var property in Enum.GetValues<EnvelopeProperty>()) _ = envelope.ReadString(property, bytes);
    }

    private static readonly byte[][] Forms =
    [
        [.. "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: audio/wav\r\n\r\nRIFF\r\n--b--\r\n"u8],
        [.. "--b\r\ncontent-disposition: form-data; filename*=utf-8''a; name=file\r\nContent-Transfer-Encoding: binary\r\n\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"stream\"\r\n\r\ntrue\r\n--b--"u8],
    ];

    // What is taken can be given another model, and is then still a form with that model.
    private static void Form(byte[] bytes)
    {
        if (RequestForm.Scan(bytes, [.. "b"u8], out var form).Kind != FormFaultKind.None) return;
        var spliced = new byte[form.LengthWith(bytes, "other"u8)];
        form.WriteTo(bytes, "other"u8, spliced);
        if (RequestForm.Scan(spliced, [.. "b"u8], out var again).Kind != FormFaultKind.None || again.Model is not { } model || !model.Of(spliced).SequenceEqual("other"u8))
            throw new InvalidOperationException("A form that was taken has another model than the one it was given.");
    }

    private static void Drain(FrameReader reader, byte[] bytes)
    {
        using (reader)
        {
            Feed(reader, bytes, static (in SseFrame frame) => _ = frame.Data.Length + frame.DataMemory.Length);
        }
    }

    // Nobody but the caller is to blame for a request: DialectException is the only way out.
    private static void Request(DialectCodec codec, byte[] bytes)
    {
        if (RequestEnvelope.Scan(bytes, out _).Kind != EnvelopeFaultKind.None) return;
        foreach (var target in DialectCodecs.All)
        {
            using var output = new PooledBuffer();
            try
            {
                var conversation = codec.ReadRequest(JsonValue.Of(bytes), new RequestHints(JsonString.From("asked"), true));
                var model = Models[(bytes.Length + (int)target.Dialect) % Models.Length];
                target.WriteRequest(new RequestWriting(
                    conversation, new TranslationTarget(target.Dialect, JsonString.From(model), ModelTraitsTable.Of(model)), new JsonOutput(output), new LossReport()));
            }
            catch (DialectException)
            {
                continue;
            }

            MustBeJson(output.Memory, target.Dialect);
        }
    }

    private static void Reply(DialectCodec codec, byte[] bytes)
    {
        if (!JsonValue.TryParse(bytes, out var body)) return;
        _ = codec.ReadError(body);
        foreach (var surface in Surfaces)
        {
            using var folded = new FoldedReply();
            codec.ReadReply(body, folded);
            using var output = new PooledBuffer();
            DialectCodecs.Of(surface).WriteReply(folded, Context(surface, false), new JsonOutput(output));
            MustBeJson(output.Memory, surface);
        }
    }

    private static void Stream(DialectCodec codec, byte[] bytes)
    {
        foreach (var surface in Surfaces)
        {
            using FrameReader reader = codec.Dialect == Dialect.BedrockConverse ? new AwsEventStreamReader() : new SseFrameReader();
            var (output, context) = (new PooledBuffer(), Context(surface, true));
            using var tap = new TranslatingStreamTap(codec.CreateReader(), DialectCodecs.Of(surface).CreateWriter(context, output), output, default, context);
            var sink = new ArrayBufferWriter<byte>();
            Feed(reader, bytes, (in SseFrame frame) =>
            {
                if (tap.Observe(in frame).Action == FrameAction.Rewrite) tap.WriteRewritten(in frame, sink);
            });
            if (tap.Complete().Action == FrameAction.Rewrite) tap.WriteRewritten(default, sink);
            if (!tap.IsFinished) tap.WriteError(sink, "cut", "stream_broken");
        }
    }

    private delegate void Seen(in SseFrame frame);

    private static void Feed(FrameReader reader, byte[] bytes, Seen seen)
    {
        for (var at = 0; at < bytes.Length && !reader.IsTooLong && !reader.IsCorrupt;)
        {
            var room = reader.GetMemory();
            var length = Math.Min(Math.Min(room.Length, 1 + ((at * 31) % 4093)), bytes.Length - at);
            bytes.AsSpan(at, length).CopyTo(room.Span);
            reader.Advance(length);
            at += length;
            while (reader.TryRead(out var frame)) seen(in frame);
        }

        if (reader.TryReadLast(out var last)) seen(in last);
    }

    private static ReplyContext Context(Dialect surface, bool isStream) =>
        new(new Conversation(surface) { IsStream = isStream, WantsStreamUsage = true }, JsonString.From("asked"), "01fuzz", 1760000000, new LossReport());

    private static void MustBeJson(ReadOnlyMemory<byte> json, Dialect dialect)
    {
        if (!JsonValue.TryParse(json, out _)) throw new InvalidOperationException($"{dialect} wrote what is not JSON: {Encoding.UTF8.GetString(json.Span)[..Math.Min(2000, json.Length)]}");
    }
}
