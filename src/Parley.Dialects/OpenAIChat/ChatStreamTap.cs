using System.Buffers;
using Parley.Dialects.Splicing;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// Watches a streamed chat completion (or text completion). Finished by <c>[DONE]</c>, or by a finish reason on every choice seen.
/// Usage that the client did not ask for is kept from it: a chunk with nothing else is hidden, from any other the member is cut
/// out, byte for byte.
/// </summary>
/// <param name="clientAskedForUsage">The client's own request has <c>stream_options.include_usage: true</c>.</param>
/// <param name="weAskedForUsage">The gateway added it, so that a <c>"usage":null</c> in every chunk is our doing and goes as well.</param>
/// <remarks>
/// Once the answer has begun, nearly every chunk is one more piece of text. Such a chunk is recognised without being parsed: by
/// searching it for the keys <c>"usage"</c>, <c>"error"</c>, <c>"finish_reason"</c> and <c>"index"</c>. A key cannot hide in the
/// text or be faked by it, since the quotes inside a JSON string are escaped; a key written with escapes of its own, which no
/// server does, would pass unseen. Whatever is found with another value than the dull one is read properly.
/// </remarks>
public sealed class ChatStreamTap(bool clientAskedForUsage, bool weAskedForUsage) : StreamTap
{
    private static readonly SearchValues<byte> Nesting = SearchValues.Create("{}[]\\"u8);

    private UInt128 _seen;
    private UInt128 _finished;
    private bool _isDone;
    private ByteRange _cut;

    /// <inheritdoc/>
    public override bool IsFinished => _isDone || (_seen != 0 && _seen == _finished);

    /// <inheritdoc/>
    public override FrameVerdict Observe(in SseFrame frame)
    {
        _cut = default;
        if (frame.IsComment) return new(FrameKind.Comment, FrameAction.Forward);
        var data = frame.Data;
        if (frame.Event.IsEmpty && frame.IsTerminated && IsMoreText(data))
            return new(FrameKind.Content, _cut.IsEmpty ? FrameAction.Forward : FrameAction.Rewrite);

        if (data.Trim(" "u8).SequenceEqual("[DONE]"u8))
        {
            _isDone = true;
            return new(FrameKind.Done, FrameAction.Forward);
        }

        var isErrorEvent = frame.Event.SequenceEqual("error"u8);
        if (!IsObject(data)) return NotJson(frame, isErrorEvent);
        var chunk = ChatChunk.Read(data, Reply);
        if (isErrorEvent && !chunk.HasError)
        {
            OpenAIError.Note(data, Reply);
            chunk.HasError = true;
        }

        _seen |= chunk.Seen;
        _finished |= chunk.Finished;
        Reply.HasContent |= chunk.HasContent;
        var isUsageOnly = chunk.IsUsageObject && chunk.Seen == 0 && !chunk.HasError && !chunk.HasMore;
        var kind = chunk switch
        {
            { HasError: true } => FrameKind.Error,
            { Finished: var finished } when finished != 0 => FrameKind.Terminal,
            { HasContent: true } => FrameKind.Content,
            _ => isUsageOnly ? FrameKind.Usage : FrameKind.Prelude,
        };
        var mayStay = clientAskedForUsage || !(chunk.IsUsageObject || weAskedForUsage);
        if (mayStay || chunk.UsageMember.IsEmpty) return new(kind, FrameAction.Forward);
        if (isUsageOnly) return new(kind, FrameAction.Hide);
        _cut = JsonMemberCut.Of(data, chunk.UsageMember);
        return new(kind, FrameAction.Rewrite);
    }

    /// <inheritdoc/>
    public override void WriteRewritten(in SseFrame frame, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_cut.IsEmpty)
        {
            output.Write(frame.Raw);
            return;
        }

        if (frame.DataOffset >= 0)
        {
            output.Write(frame.Raw[..(frame.DataOffset + _cut.Start)]);
            output.Write(frame.Raw[(frame.DataOffset + _cut.End)..]);
            return;
        }

        // Data of several lines was joined to be read; the event is written anew, with the same meaning.
        var data = ArrayPool<byte>.Shared.Rent(frame.Data.Length);
        frame.Data[.._cut.Start].CopyTo(data);
        frame.Data[_cut.End..].CopyTo(data.AsSpan(_cut.Start));
        SseFrameWriter.WriteEvent(output, frame.Event, data.AsSpan(0, frame.Data.Length - _cut.Length));
        ArrayPool<byte>.Shared.Return(data);
    }

    /// <inheritdoc/>
    public override void WriteError(IBufferWriter<byte> output, string message, string code) =>
        OpenAIError.WriteChatEvent(output, message, code);

    private FrameVerdict NotJson(in SseFrame frame, bool isErrorEvent)
    {
        Reply.HasError |= isErrorEvent;
        return new(isErrorEvent ? FrameKind.Error : FrameKind.Other, frame.IsTerminated ? FrameAction.Forward : FrameAction.Hide);
    }

    // One more chunk of choice 0 with neither an end, nor an error, nor usage to read.
    private bool IsMoreText(ReadOnlySpan<byte> data)
    {
        if (!Reply.HasContent || Reply.Model is null || _seen != 1 || data.IsEmpty || data[0] != '{' || data[^1] != '}') return false;
        if (data.IndexOf("\"error\""u8) >= 0) return false;
        if (!Every(data, "\"finish_reason\""u8, "null"u8) || !Every(data, "\"index\""u8, "0,"u8)) return false;
        var usage = data.IndexOf("\"usage\""u8);
        if (usage < 0) return true;

        // "usage":null is dull too, but may have to be cut out, for which it must be the outermost object's. It is when nothing
        // behind it opens or closes but that object's own brace.
        var end = usage + "\"usage\":null"u8.Length;
        if (!data[usage..].StartsWith("\"usage\":null"u8)) return false;
        var behind = data[end..];
        if (behind[..^1].ContainsAny(Nesting) || behind.IndexOf("\"usage\""u8) >= 0) return false;
        if (!clientAskedForUsage && weAskedForUsage) _cut = JsonMemberCut.Of(data, new(usage, end - usage));
        return true;
    }

    private static bool Every(ReadOnlySpan<byte> data, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        for (var at = data.IndexOf(key); at >= 0; at = data.IndexOf(key))
        {
            data = data[(at + key.Length)..];
            if (data.IsEmpty || data[0] != ':' || !data[1..].StartsWith(value)) return false;
        }

        return true;
    }
}
