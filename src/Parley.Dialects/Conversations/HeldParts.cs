using System.Buffers;
using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>Events of parts that wait until it is known what becomes of them. Pieces of one part that follow each other become one.</summary>
internal sealed class HeldParts
{
    private readonly List<(ReplyEvent Event, int Length)> _events = [];
    private readonly ArrayBufferWriter<byte> _text = new();

    /// <summary>How many bytes of text are held.</summary>
    internal int Length => _text.WrittenCount;

    internal void Add(in ReplyEvent reply)
    {
        _text.Write(reply.Text.Span);
        var length = reply.Text.Raw.Length;
        if (reply is { Kind: ReplyEventKind.Delta, Raw.IsPresent: false }
            && _events is [.., { Event: { Kind: ReplyEventKind.Delta, Raw.IsPresent: false } last } held] && last.Part == reply.Part)
            _events[^1] = (last, held.Length + length);
        else _events.Add((ReplyCopies.KeepWithoutText(in reply), length));
    }

    /// <summary>Gives all of it, and holds nothing any more.</summary>
    internal void Release(IReplySink sink)
    {
        var at = 0;
        foreach (var (reply, length) in _events)
        {
            sink.Accept(reply with { Text = length > 0 ? new JsonString(_text.WrittenMemory.Slice(at, length)) : default });
            at += length;
        }

        Drop();
    }

    internal void Drop()
    {
        _events.Clear();
        _text.ResetWrittenCount();
    }
}
