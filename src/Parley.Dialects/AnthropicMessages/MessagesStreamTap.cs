using System.Buffers;
using Parley.Dialects.Json;
using Parley.Dialects.Splicing;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>
/// Watches a streamed message. Finished by <c>message_stop</c>; usage is read from <c>message_start</c> and <c>message_delta</c>, of each
/// counter the larger value. Nothing is hidden or rewritten.
/// </summary>
/// <remarks>
/// Once the answer has begun, a <c>content_block_delta</c> is told by its first bytes, unread: Anthropic writes the type first, and the
/// text behind it can change nothing.
/// </remarks>
public sealed class MessagesStreamTap : StreamTap
{
    private MessagesUsage _usage;
    private bool _isFinished;

    /// <inheritdoc/>
    public override bool IsFinished => _isFinished;

    /// <inheritdoc/>
    public override FrameVerdict Observe(in SseFrame frame)
    {
        if (frame.IsComment) return new(FrameKind.Comment, FrameAction.Forward);
        if (Reply.HasContent && frame.IsTerminated && frame.Data.StartsWith("{\"type\":\"content_block_delta\""u8))
            return new(FrameKind.Content, FrameAction.Forward);

        if (!IsObject(frame.Data))
        {
            var isError = frame.Event.SequenceEqual("error"u8);
            Reply.HasError |= isError;
            return new(isError ? FrameKind.Error : FrameKind.Other, frame.IsTerminated ? FrameAction.Forward : FrameAction.Hide);
        }

        var data = JsonValue.Of(frame.DataMemory);
        var type = data.Member("type"u8).AsString();
        return new(Kind(in frame, data, type), FrameAction.Forward);
    }

    /// <inheritdoc/>
    public override void WriteError(IBufferWriter<byte> output, string message, string code) =>
        MessagesError.WriteEvent(output, JsonString.From(code), JsonString.From(message));

    private FrameKind Kind(in SseFrame frame, JsonValue data, JsonString type)
    {
        if (type.Is("error"u8) || frame.Event.SequenceEqual("error"u8))
        {
            MessagesError.Note(data, Reply);
            return FrameKind.Error;
        }

        if (type.Is("ping"u8)) return FrameKind.Comment;
        if (type.Is("message_start"u8))
        {
            Begin(data.Member("message"u8));
            return Reply.HasContent ? FrameKind.Content : FrameKind.Prelude;
        }

        if (type.Is("message_delta"u8))
        {
            Count(data.Member("usage"u8));
            NoteReason(data.Member("delta"u8));
            return FrameKind.Terminal;
        }

        if (type.Is("message_stop"u8))
        {
            _isFinished = true;
            return FrameKind.Terminal;
        }

        return Block(data, type);
    }

    // An opened text or thought says nothing yet; an opened tool call does, and so does everything else.
    private FrameKind Block(JsonValue data, JsonString type)
    {
        if (type.Is("content_block_delta"u8)) return Content();
        if (type.Is("content_block_start"u8))
        {
            var block = data.Member("content_block"u8).Member("type"u8).AsString();
            if (!Reply.HasContent && (block.Is("text"u8) || block.Is("thinking"u8))) return FrameKind.Prelude;
            return Content();
        }

        if (type.Is("content_block_stop"u8)) return Reply.HasContent ? FrameKind.Content : FrameKind.Prelude;
        return FrameKind.Other;
    }

    private FrameKind Content()
    {
        Reply.HasContent = true;
        return FrameKind.Content;
    }

    private void Begin(JsonValue message)
    {
        var read = new MessagesMessage(message);
        if (!read.Id.IsEmpty) Reply.Id ??= read.Id.ToText();
        var model = message.Member("model"u8);
        if (model.IsString && model.Raw.Length > 2) Reply.Model ??= JsonText.ReadWord(model.Span);
        Count(read.Usage);
        // An answer that goes on from within a code execution comes whole in its start.
        Reply.HasContent |= read.Content.IsArray && !read.Content.IsEmptyContainer;
        NoteReason(message);
    }

    private void NoteReason(JsonValue holder)
    {
        var reason = holder.Member("stop_reason"u8);
        if (reason.IsString && reason.Raw.Length > 2) Reply.FinishReason = JsonText.ReadWord(reason.Span);
    }

    private void Count(JsonValue usage)
    {
        _usage.Add(usage);
        if (_usage.HasAny) (Reply.HasUsage, Reply.Usage) = (true, _usage.Tokens);
    }
}
