using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Tells members that only this dialect knows from those that every chunk repeats (a fingerprint, Azure's filter results).</summary>
internal sealed class ChatVendorMemory
{
    private const int MostNames = 32;
    private List<(byte[] Name, byte[] Value)>? _known;

    /// <summary>Gives the member as an event, unless it is empty or just as it was. A choice of -1 stands for the whole answer.</summary>
    internal void Give(JsonField member, int choice, bool isOfMessage, IReplySink sink)
    {
        if (!member.Value.HasValue || member.Value.IsEmptyContainer || member.Value.AsString() is { IsPresent: true, IsEmpty: true }) return;
        _known ??= [];
        var name = member.Name;
        var at = _known.Count - 1;
        while (at >= 0 && !_known[at].Name.AsSpan().SequenceEqual(name.Span)) at--;
        if (at >= 0 && _known[at].Value.AsSpan().SequenceEqual(member.Value.Span)) return;
        var value = member.Value.Raw.ToArray();
        if (at >= 0) _known[at] = (_known[at].Name, value);
        else if (_known.Count < MostNames) _known.Add((name.Raw.ToArray(), value));
        sink.Accept(new ReplyEvent(ReplyEventKind.Vendor)
        {
            Choice = choice,
            Name = isOfMessage ? new JsonString((byte[])[.. "message."u8, .. name.Span]) : name,
            Raw = member.Value,
            RawDialect = Dialect.OpenAIChat,
        });
    }
}
