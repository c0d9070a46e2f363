using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Gathers spoken output, whose data, transcript and id come in pieces, into the object that a whole answer has.</summary>
internal sealed class ChatAudio
{
    // Minutes of speech; a stream must not fill the memory.
    private const int MostBytes = 32 * 1024 * 1024;

    private readonly System.Buffers.ArrayBufferWriter<byte> _data = new();
    private readonly System.Buffers.ArrayBufferWriter<byte> _transcript = new();
    private byte[]? _id;
    private long _expires;

    internal void Add(JsonValue audio)
    {
        if (audio.Member("id"u8).AsString() is { IsEmpty: false } id) _id ??= id.Raw.ToArray();
        _expires = audio.Member("expires_at"u8).AsInt64() ?? _expires;
        Append(_data, audio.Member("data"u8).AsString());
        Append(_transcript, audio.Member("transcript"u8).AsString());
    }

    /// <summary>Gives it as one part. The format is known to who asked for it only, so there is no media type.</summary>
    internal void Give(int choice, ChatAnswer answer, IReplySink sink)
    {
        var raw = new System.Buffers.ArrayBufferWriter<byte>(_data.WrittenCount + _transcript.WrittenCount + 128);
        new JsonOutput(raw).BeginObject().Member("id"u8, _id ?? []).Member("data"u8, _data.WrittenSpan).Member("expires_at"u8, _expires)
            .Member("transcript"u8, _transcript.WrittenSpan).EndObject();
        var part = answer.NextPart();
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted)
        {
            Choice = choice,
            Part = part,
            PartKind = ReplyPartKind.Media,
            Detail = new MediaPart(MediaKind.Audio, MediaSourceKind.Base64, new JsonString(_data.WrittenMemory)),
            Raw = new JsonValue(raw.WrittenMemory),
            RawDialect = Dialect.OpenAIChat,
        });
        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Choice = choice, Part = part, PartKind = ReplyPartKind.Media });
    }

    private void Append(System.Buffers.ArrayBufferWriter<byte> to, JsonString piece)
    {
        if (_data.WrittenCount + _transcript.WrittenCount + piece.Raw.Length > MostBytes) return;
        piece.Span.CopyTo(to.GetSpan(Math.Max(piece.Raw.Length, 1)));
        to.Advance(piece.Raw.Length);
    }
}
