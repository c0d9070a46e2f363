using System.Buffers;
using System.Text.Json;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Splicing;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIMedia;

/// <summary>
/// Watches the streams of images (<c>image_generation.partial_image</c>, <c>.completed</c>, and the same of <c>image_edit</c>), transcripts
/// (<c>transcript.text.delta</c>, <c>.done</c>) and speech (<c>speech.audio.delta</c>, <c>.done</c>). They have no end marker in common. One transcript, or one
/// speech, ends with its own event. A stream makes as many images as were asked for, and each is completed by itself: a clean end of the bytes is the end, when
/// one of them is. Of events that are none of these nothing is known, and a clean end of the bytes is their end.
/// </summary>
public sealed class MediaStreamTap : StreamTap
{
    private bool _isEnded; // by an event
    private bool _isAtEnd; // of the bytes
    private bool _endsWithEvent;
    private bool _isImage;
    private bool _isImageMade;

    /// <inheritdoc/>
    public override bool IsFinished => Reply.HasContent && (_isEnded || (_isAtEnd && !_endsWithEvent)) && (!_isImage || _isImageMade);

    /// <inheritdoc/>
    public override bool IsHeldToEnd => _isEnded || _isImageMade;

    /// <inheritdoc/>
    public override FrameVerdict Observe(in SseFrame frame)
    {
        if (frame.IsComment) return new(FrameKind.Comment, FrameAction.Forward);
        var data = frame.Data;
        if (data.Trim(" "u8).SequenceEqual("[DONE]"u8))
        {
            _isEnded = true;
            return new(FrameKind.Done, FrameAction.Forward);
        }

        var isError = frame.Event.SequenceEqual("error"u8);
        if (!IsObject(data))
        {
            Reply.HasError |= isError;
            return new(isError ? FrameKind.Error : FrameKind.Other, frame.IsTerminated ? FrameAction.Forward : FrameAction.Hide);
        }

        if (Read(data) || isError)
        {
            OpenAIError.Note(data, Reply);
            return new(FrameKind.Error, FrameAction.Forward);
        }

        Reply.HasContent = true;
        return new(FrameKind.Content, FrameAction.Forward);
    }

    /// <inheritdoc/>
    public override FrameVerdict Complete()
    {
        _isAtEnd = true;
        return base.Complete();
    }

    /// <inheritdoc/>
    public override void WriteError(IBufferWriter<byte> output, string message, string code) => OpenAIError.WriteChatEvent(output, message, code);

    // True for an error. Its members are small but for the picture or the sound, which is skipped.
    private bool Read(ReadOnlySpan<byte> data)
    {
        var isError = false;
        var reader = new Utf8JsonReader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var kind = reader.TokenType;
            if (kind == JsonTokenType.String && name.SequenceEqual("type"u8))
            {
                var type = reader.ValueSpan;
                isError |= type.SequenceEqual("error"u8);
                if (type.StartsWith("transcript."u8) || type.StartsWith("speech."u8))
                {
                    _endsWithEvent = true;
                    _isEnded |= type.EndsWith(".done"u8);
                }
                else if (type.StartsWith("image_"u8))
                {
                    _isImage = true;
                    _isImageMade |= type.EndsWith(".completed"u8);
                }
            }

            reader.Skip();
            var value = data[start..(int)reader.BytesConsumed];
            if (name.SequenceEqual("error"u8)) isError |= kind != JsonTokenType.Null;
            else if (name.SequenceEqual("model"u8) && kind == JsonTokenType.String) Reply.Model ??= JsonText.ReadWord(value);
            else if (name.SequenceEqual("usage"u8) && OpenAIUsage.TryRead(value, out var usage)) Reply.Report(usage);
        }

        return isError;
    }
}
