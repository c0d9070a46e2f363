using System.Buffers;
using System.Text.Json;
using Parley.Dialects;
using Parley.Dialects.Conversations;
using Parley.Dialects.Splicing;
using Parley.Gateway.Exchange;
using Parley.Gateway.Resilience;

namespace Parley.Gateway.Routing.Affinity;

/// <summary>
/// Learns from one answer of the Responses API, as its bytes pass, what its maker alone can answer for: its id, and the sealed reasoning in
/// it. Changes no byte. There is none for an answer that could have had no other maker.
/// </summary>
internal sealed class MadeItems
{
    /// <summary>A longer piece of sealed reasoning that came in several pieces is not remembered.</summary>
    private const int LongestCarried = 1024 * 1024;

    private readonly MakerStore _store;
    private readonly string _caller;
    private readonly Maker _maker;
    private ArrayBufferWriter<byte>? _carried;
    private bool _hasId;

    private MadeItems(MakerStore store, string caller, Maker maker, bool isStored)
    {
        _store = store;
        _caller = caller;
        _maker = maker;
        _hasId = !isStored;
    }

    /// <summary>Null when there is nothing to learn: another API, or a plan with one way to go.</summary>
    internal static MadeItems? Of(MakerStore store, GatewayExchange exchange, Attempt attempt)
    {
        if (attempt.Dialect != Dialect.OpenAIResponses || exchange.Surface.Dialect != Dialect.OpenAIResponses) return null;
        if (exchange.Plan is not { HasSeveralMakers: true }) return null;
        var maker = new Maker(attempt.Target.Provider.Name, attempt.Target.Name, attempt.Credential);
        var isStored = exchange.Envelope.Kind(EnvelopeProperty.Store) != JsonTokenType.False;
        return new MadeItems(store, exchange.Caller.KeyId, maker, isStored);
    }

    /// <summary>Looks at one event's data, which is whole.</summary>
    /// <param name="data">The event.</param>
    /// <param name="responseId">The answer's id, once it is known.</param>
    internal void ObserveEvent(ReadOnlySpan<byte> data, string? responseId)
    {
        Learn(data);
        NoteId(responseId);
    }

    /// <summary>Looks at the next bytes of a plain answer, split anywhere.</summary>
    internal void ObserveBytes(ReadOnlySpan<byte> bytes)
    {
        if (_carried is not { WrittenCount: > 0 } carried)
        {
            Carry(bytes[Learn(bytes)..]);
            return;
        }

        carried.Write(bytes);
        var from = Learn(carried.WrittenSpan);
        var rest = carried.WrittenSpan[from..].ToArray();
        carried.ResetWrittenCount();
        Carry(rest);
    }

    /// <summary>The answer's id is known.</summary>
    internal void NoteId(string? responseId)
    {
        if (_hasId || responseId is null) return;
        _hasId = true;
        _store.Learn(_caller, MakerKind.Response, responseId, _maker);
    }

    private void Carry(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty || rest.Length > LongestCarried) return;
        _carried ??= new ArrayBufferWriter<byte>(rest.Length);
        _carried.Write(rest);
    }

    private int Learn(ReadOnlySpan<byte> json)
    {
        var at = 0;
        while (NamedStrings.TryNext(json, "\"encrypted_content\""u8, ref at, out var content))
        {
            if (!content.IsEmpty && !ReasoningCarrier.IsPacked(content))
                _store.Learn(MakerKey.Of(_caller, MakerKind.Reasoning, content), MakerKind.Reasoning, _maker);
        }

        return at;
    }
}
