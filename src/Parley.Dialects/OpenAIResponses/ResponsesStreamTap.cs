using System.Buffers;
using System.Text.Json;
using Parley.Dialects.OpenAIChat;
using Parley.Dialects.Splicing;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>
/// Watches a streamed response. Finished by <c>response.completed</c>, <c>.incomplete</c>, <c>.failed</c> or <c>.cancelled</c>;
/// usage, status and error are read from that event. Nothing is hidden or rewritten: the format always carries its usage there.
/// </summary>
/// <remarks>
/// An event is told by its <c>type</c>, which servers write first; only where it is not the first member is the event parsed for
/// it. The terminal event repeats the whole answer and may be hundreds of kilobytes: it is read once, without being kept.
/// </remarks>
public sealed class ResponsesStreamTap : StreamTap
{
    private long _events;
    private bool _isFinished;

    /// <inheritdoc/>
    public override bool IsFinished => _isFinished;

    /// <inheritdoc/>
    public override FrameVerdict Observe(in SseFrame frame)
    {
        if (frame.IsComment) return new(FrameKind.Comment, FrameAction.Forward);
        var data = frame.Data;
        // Not of this dialect, but some compatible servers add it.
        if (data.Trim(" "u8).SequenceEqual("[DONE]"u8)) return new(FrameKind.Done, FrameAction.Forward);
        if (!frame.IsTerminated && !IsObject(data)) return new(FrameKind.Other, FrameAction.Hide);
        var type = LeadingType(data);
        if (type.IsEmpty)
        {
            if (!IsObject(data)) return new(FrameKind.Other, FrameAction.Forward);
            type = JsonMember.Of(data, "type"u8, out _);
            type = type.Length > 2 && type[0] == '"' ? type[1..^1] : frame.Event;
        }

        _events++;
        return new(Kind(type, data), FrameAction.Forward);
    }

    /// <inheritdoc/>
    public override void WriteError(IBufferWriter<byte> output, string message, string code) =>
        OpenAIError.WriteResponsesEvent(output, message, code, _events); // events are numbered from zero, so this is the next one

    private FrameKind Kind(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (type.EndsWith(".delta"u8)) return Content();
        if (type.SequenceEqual("error"u8))
        {
            if (IsObject(data)) OpenAIError.Note(data, Reply);
            Reply.HasError = true;
            return FrameKind.Error;
        }

        if (type.SequenceEqual("response.created"u8) || type.SequenceEqual("response.in_progress"u8)
            || type.SequenceEqual("response.queued"u8))
        {
            if (Reply.Id is null && IsObject(data)) Response(JsonMember.Of(data, "response"u8, out _), isEnd: false);
            return FrameKind.Prelude;
        }

        if (type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8)
            || type.SequenceEqual("response.failed"u8) || type.SequenceEqual("response.cancelled"u8))
        {
            if (!IsObject(data)) return FrameKind.Other;
            _isFinished = true;
            Response(JsonMember.Of(data, "response"u8, out _), isEnd: true);
            return FrameKind.Terminal;
        }

        // An opened message or thought says nothing yet; an opened tool call does, and so does everything else.
        if (type.SequenceEqual("response.content_part.added"u8) || type.SequenceEqual("response.reasoning_summary_part.added"u8))
            return FrameKind.Prelude;
        if (type.SequenceEqual("response.output_item.added"u8) && !Reply.HasContent)
        {
            if (!IsObject(data)) return FrameKind.Other;
            var item = JsonMember.Of(data, "item"u8, out var kind);
            var what = kind == JsonTokenType.StartObject ? JsonMember.Of(item, "type"u8, out _) : default;
            if (what.SequenceEqual("\"message\""u8) || what.SequenceEqual("\"reasoning\""u8)) return FrameKind.Prelude;
        }

        return type.StartsWith("response."u8) ? Content() : FrameKind.Other;
    }

    private FrameKind Content()
    {
        Reply.HasContent = true;
        return FrameKind.Content;
    }

    private void Response(ReadOnlySpan<byte> response, bool isEnd)
    {
        if (response.IsEmpty || response[0] != '{') return;
        string? status = null, reason = null;
        var reader = new Utf8JsonReader(response);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var kind = reader.TokenType;
            reader.Skip();
            var value = response[start..(int)reader.BytesConsumed];
            if (kind == JsonTokenType.String && value.Length > 2)
            {
                if (name.SequenceEqual("id"u8)) Reply.Id = JsonText.Read(value);
                else if (name.SequenceEqual("model"u8)) Reply.Model = JsonText.ReadWord(value);
                else if (name.SequenceEqual("status"u8)) status = JsonText.ReadWord(value);
            }
            else if (!isEnd)
            {
                continue;
            }
            else if (name.SequenceEqual("usage"u8) && OpenAIUsage.TryRead(value, out var usage))
            {
                (Reply.HasUsage, Reply.Usage) = (true, usage);
            }
            else if (name.SequenceEqual("error"u8))
            {
                OpenAIError.Note(value, Reply);
            }
            else if (name.SequenceEqual("incomplete_details"u8) && kind == JsonTokenType.StartObject)
            {
                var text = JsonMember.Of(value, "reason"u8, out var reasonKind);
                if (reasonKind == JsonTokenType.String) reason = JsonText.ReadWord(text);
            }
        }

        if (isEnd) Reply.FinishReason = reason ?? status;
    }

    private static ReadOnlySpan<byte> LeadingType(ReadOnlySpan<byte> data)
    {
        if (!data.StartsWith("{\"type\":"u8)) return default;
        data = data["{\"type\":"u8.Length..].TrimStart((byte)' ');
        if (data.IsEmpty || data[0] != '"') return default;
        data = data[1..];
        var end = data.IndexOf((byte)'"');
        return end < 0 ? default : data[..end];
    }
}
