using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// Puts the calls of one choice together. The <c>index</c> says which call a piece belongs to; it is not the number of the part. What
/// servers do to it: repeat id and name in every piece, leave them out of all but the first, leave the index out, give every call
/// index 0 with an id of its own (Gemini's compatible endpoint), send arguments as an object (Ollama), send no ids at all.
/// </summary>
internal sealed class ChatCalls(int choice, ChatAnswer answer)
{
    private const int MostCalls = 1024;
    private readonly List<Call> _calls = [];

    internal bool HasAny => _calls.Count > 0;

    internal void Read(ChatChoice flow, JsonValue piece, bool isWhole, IReplySink sink)
    {
        if (!piece.IsObject) return;
        var custom = piece.Member("custom"u8);
        var isCustom = custom.IsObject;
        var body = isCustom ? custom : piece.Member("function"u8);
        var index = piece.Member("index"u8).AsInt64();
        var id = piece.Member("id"u8).AsString();
        var name = body.Member("name"u8).AsString();
        var call = isWhole ? null : Find(index, id, name);
        if (call is null)
        {
            if (_calls.Count == MostCalls) return;
            call = new Call { Index = index ?? (_calls.Count > 0 ? _calls[^1].Index + 1 : 0), IsCustom = isCustom };
            _calls.Add(call);
        }

        if (call.Id.IsEmpty && !id.IsEmpty && call.Part < 0) call.Id = Copy(id);
        if (call.Name.IsEmpty && !name.IsEmpty) call.Name = Copy(name);
        if (piece.Member("extra_content"u8).Member("google"u8).Member("thought_signature"u8).AsString() is { IsEmpty: false } signature && call.Part < 0)
            call.Signature = Copy(signature);
        if (call.Part < 0 && !call.Name.IsEmpty) Start(call, flow, sink);
        var arguments = body.Member(isCustom ? "input"u8 : "arguments"u8);
        Arguments(call, arguments.IsObject ? JsonString.Escape(arguments.Span) : arguments.AsString(), sink);
    }

    internal void ReadLegacy(ChatChoice flow, JsonValue function, IReplySink sink)
    {
        var call = _calls.Find(c => c.IsLegacy);
        if (call is null)
        {
            call = new Call { Index = -1, IsLegacy = true };
            _calls.Add(call);
        }

        if (call.Name.IsEmpty && function.Member("name"u8).AsString() is { IsEmpty: false } name) call.Name = Copy(name);
        if (call.Part < 0 && !call.Name.IsEmpty) Start(call, flow, sink);
        Arguments(call, function.Member("arguments"u8).AsString(), sink);
    }

    /// <summary>Ends all calls. One whose name never came is given as it is: whoever is to run it will say what is wrong.</summary>
    internal void End(ChatChoice flow, IReplySink sink)
    {
        foreach (var call in _calls)
        {
            if (call.Part < 0) Start(call, flow, sink);
            sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Choice = choice, Part = call.Part, PartKind = call.Kind });
        }
    }

    // The call that a piece belongs to; null for a new one.
    private Call? Find(long? index, JsonString id, JsonString name)
    {
        for (var i = _calls.Count - 1; i >= 0 && !id.IsEmpty; i--)
        {
            if (_calls[i].Id == id) return _calls[i];
        }

        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            var call = _calls[i];
            if (call.IsLegacy) continue;
            if (index is { } number && call.Index != number) continue;
            // The last call of that index, or the last of all where there is no index: another id, or another name, begins a new one.
            if (!id.IsEmpty && !call.Id.IsEmpty) return null;
            if (!name.IsEmpty && !call.Name.IsEmpty && (call.Name != name || index is null)) return null;
            return call;
        }

        return null;
    }

    private void Start(Call call, ChatChoice flow, IReplySink sink)
    {
        if (!call.Signature.IsEmpty)
        {
            // Gemini's signature stands on the call; it goes before it as a thought without words.
            flow.Begin(ReplyPartKind.Reasoning, ReasoningOrigin.Gemini, call.Id, sink);
            sink.Accept(new ReplyEvent(ReplyEventKind.Signature)
            {
                Choice = choice,
                Part = flow.Flow,
                PartKind = ReplyPartKind.Reasoning,
                Origin = ReasoningOrigin.Gemini,
                Text = call.Signature,
            });
        }

        flow.EndFlow(sink);
        call.Part = answer.NextPart();
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted)
        {
            Choice = choice,
            Part = call.Part,
            PartKind = call.Kind,
            Id = call.Id.IsEmpty ? answer.MakeId(call.Part) : call.Id,
            Name = call.Name.IsPresent ? call.Name : JsonString.Literal(default),
        });
        if (call.Waiting is not { } waiting) return;
        call.Waiting = null;
        Arguments(call, new JsonString(waiting.WrittenMemory), sink);
    }

    private void Arguments(Call call, JsonString piece, IReplySink sink)
    {
        if (piece.IsEmpty) return;
        if (call.Part >= 0)
        {
            sink.Accept(new ReplyEvent(ReplyEventKind.Delta) { Choice = choice, Part = call.Part, PartKind = call.Kind, Text = piece });
            return;
        }

        call.Waiting ??= new System.Buffers.ArrayBufferWriter<byte>();
        piece.Span.CopyTo(call.Waiting.GetSpan(piece.Raw.Length));
        call.Waiting.Advance(piece.Raw.Length);
    }

    private static JsonString Copy(JsonString text) => new(text.Raw.ToArray());

    private sealed class Call
    {
        internal long Index { get; init; }

        internal bool IsCustom { get; init; }

        internal bool IsLegacy { get; init; }

        internal int Part { get; set; } = -1;

        internal JsonString Id { get; set; }

        internal JsonString Name { get; set; }

        internal JsonString Signature { get; set; }

        /// <summary>Arguments that came before the name.</summary>
        internal System.Buffers.ArrayBufferWriter<byte>? Waiting { get; set; }

        internal ReplyPartKind Kind => IsCustom ? ReplyPartKind.CustomToolCall : ReplyPartKind.ToolCall;
    }
}
