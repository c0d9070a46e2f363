using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// Writes a streamed chat completion, one chunk for each piece. What all chunks share is written once and copied; a piece of text
/// costs a few copies and no allocation.
/// </summary>
public sealed class ChatStreamWriter : ReplyStreamWriter
{
    private readonly JsonOutput _json;
    private readonly bool _isLegacy;
    private readonly List<ChatStreamPart> _parts = [];
    private readonly List<ChatStreamChoice> _choices = [];
    private readonly List<(byte[] Name, byte[] Value)> _shared = [];
    private byte[] _head = [];
    private byte[] _usage = [];
    private TokenUsage _tokens;
    private bool _hasUsage;

    internal ChatStreamWriter(ReplyContext context, PooledBuffer output)
        : base(context, output)
    {
        _json = new JsonOutput(output);
        _isLegacy = ChatLegacy.IsUsedBy(context.Request);
        WriteHead();
    }

    /// <inheritdoc/>
    public override void Accept(in ReplyEvent reply)
    {
        switch (reply.Kind)
        {
            case ReplyEventKind.Started:
                Choice(0);
                break;
            case ReplyEventKind.PartStarted:
                Start(in reply);
                break;
            case ReplyEventKind.Delta:
                Delta(in reply);
                break;
            case ReplyEventKind.Signature or ReplyEventKind.Redacted:
                Hidden(in reply);
                break;
            case ReplyEventKind.Cited:
                Cited(in reply);
                break;
            case ReplyEventKind.PartEnded:
                // Clients parse the arguments; a call that has none is one with an empty object.
                if (_parts[reply.Part] is { Member: ChatStreamMember.Arguments or ChatStreamMember.FunctionCall, HasText: false }) Piece(reply.Part, "{}"u8, default);
                if (_parts[reply.Part].Held is not null) GiveCitations(_parts[reply.Part]);
                break;
            case ReplyEventKind.Usage:
                (_hasUsage, _tokens) = (true, reply.Tokens);
                break;
            case ReplyEventKind.Vendor:
                Vendor(in reply);
                break;
            case ReplyEventKind.Finished:
                Finish(in reply);
                break;
            case ReplyEventKind.Completed:
                Complete();
                break;
            case ReplyEventKind.Failed:
                WriteError(reply.Text.IsPresent ? reply.Text : JsonString.Literal("The provider reported an error."u8),
                    reply.Name.IsPresent ? reply.Name : JsonString.Literal("upstream_error"u8));
                break;
        }
    }

    /// <inheritdoc/>
    public override void WriteError(JsonString message, JsonString code) => OpenAIError.WriteChatEvent(Output, message.ToText(), code.ToText());

    private void Start(in ReplyEvent reply)
    {
        var choice = Choice(reply.Choice);
        var part = new ChatStreamPart { Choice = reply.Choice, Member = MemberOf(reply.PartKind, choice), Origin = reply.Origin, Id = Copy(reply.Id), Kind = reply.PartKind };
        _parts.Add(part);
        switch (reply.PartKind)
        {
            case ReplyPartKind.ToolCall when part.Member == ChatStreamMember.FunctionCall:
                choice.Calls++;
                BeginDelta(reply.Choice).BeginObject("function_call"u8).Member("name"u8, reply.Name).Member("arguments"u8, ""u8).EndObject();
                EndDelta();
                break;
            case ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall when part.Member == ChatStreamMember.Lost:
                ChatLosses.MoreCalls(Context.Losses);
                break;
            case ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall:
                part.Index = choice.Calls++;
                var isCustom = reply.PartKind == ReplyPartKind.CustomToolCall;
                BeginDelta(reply.Choice).BeginArray("tool_calls"u8).BeginObject().Member("index"u8, part.Index).Member("id"u8, reply.Id)
                    .Member("type"u8, isCustom ? "custom"u8 : "function"u8).BeginObject(isCustom ? "custom"u8 : "function"u8).Member("name"u8, reply.Name)
                    .Member(isCustom ? "input"u8 : "arguments"u8, ""u8).EndObject().EndObject().EndArray();
                EndDelta();
                break;
            case ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary:
                part.Index = choice.Thoughts++;
                break;
            case ReplyPartKind.Refusal:
                choice.HasRefusal = true;
                break;
            case ReplyPartKind.Media:
                Media(in reply);
                break;
            case ReplyPartKind.Opaque when reply.RawDialect == Dialect.OpenAIChat:
                BeginDelta(reply.Choice).BeginArray("content"u8).Value(reply.Raw).EndArray();
                EndDelta();
                break;
            case ReplyPartKind.Opaque:
                ChatLosses.Opaque(Context.Losses, reply.Raw);
                break;
        }
    }

    private ChatStreamMember MemberOf(ReplyPartKind kind, ChatStreamChoice choice) => kind switch
    {
        ReplyPartKind.Text => ChatStreamMember.Content,
        ReplyPartKind.Refusal => ChatStreamMember.Refusal,
        ReplyPartKind.ToolCall when _isLegacy => choice.Calls == 0 ? ChatStreamMember.FunctionCall : ChatStreamMember.Lost,
        ReplyPartKind.ToolCall => ChatStreamMember.Arguments,
        ReplyPartKind.CustomToolCall => _isLegacy ? ChatStreamMember.Lost : ChatStreamMember.Input,
        ReplyPartKind.Reasoning or ReplyPartKind.ReasoningSummary => ChatStreamMember.Reasoning,
        _ => ChatStreamMember.None,
    };

    private void Delta(in ReplyEvent reply)
    {
        // An empty piece says nothing, unless it carries log probabilities.
        if (reply.Text.IsEmpty && !reply.Raw.HasValue) return;
        Piece(reply.Part, reply.Text.Span, reply.Raw);
    }

    private void Piece(int number, ReadOnlySpan<byte> text, JsonValue logprobs)
    {
        var part = _parts[number];
        if (part.Member is ChatStreamMember.None or ChatStreamMember.Lost) return;
        part.HasText = true;
        BeginDelta(part.Choice);
        switch (part.Member)
        {
            case ChatStreamMember.Content:
                Count(part, text);
                _json.Name("content"u8);
                break;
            case ChatStreamMember.Refusal:
                _json.Name("refusal"u8);
                break;
            case ChatStreamMember.Reasoning:
                _json.Name("reasoning_content"u8);
                break;
            case ChatStreamMember.FunctionCall:
                _json.BeginObject("function_call"u8).Name("arguments"u8);
                break;
            default:
                _json.BeginArray("tool_calls"u8).BeginObject().Member("index"u8, part.Index)
                    .BeginObject(part.Member == ChatStreamMember.Input ? "custom"u8 : "function"u8).Name(part.Member == ChatStreamMember.Input ? "input"u8 : "arguments"u8);
                break;
        }

        _json.BeginString().Piece(text).EndString();
        if (part.Member == ChatStreamMember.FunctionCall) _json.EndObject();
        else if (part.Member is ChatStreamMember.Arguments or ChatStreamMember.Input) _json.EndObject().EndObject().EndArray();
        else if (part.Member == ChatStreamMember.Reasoning && (part.Origin != ReasoningOrigin.None || part.IsSummary)) ThoughtText(part, text);
        EndDelta(logprobs, part.Member == ChatStreamMember.Refusal);
    }

    // A text that is signed stands among the details too: who gathers them has all that must go back.
    private void ThoughtText(ChatStreamPart part, ReadOnlySpan<byte> text)
    {
        _json.BeginArray("reasoning_details"u8).BeginObject().Member("type"u8, part.IsSummary ? "reasoning.summary"u8 : "reasoning.text"u8)
            .Name(part.IsSummary ? "summary"u8 : "text"u8).BeginString().Piece(text).EndString().MemberIfPresent("id"u8, part.Id)
            .Member("format"u8, ChatReasoningFormats.Of(part.Origin)).Member("index"u8, part.Index).EndObject().EndArray();
    }

    private void Hidden(in ReplyEvent reply)
    {
        if (reply.Text.IsEmpty) return;
        var part = _parts[reply.Part];
        var origin = reply.Origin == ReasoningOrigin.None ? part.Origin : reply.Origin;
        BeginDelta(part.Choice).BeginArray("reasoning_details"u8);
        if (reply.Kind == ReplyEventKind.Redacted || !(ChatReasoningFormats.IsRedacted(origin) || origin == ReasoningOrigin.None))
        {
            ChatReasoningDetails.Encrypted(_json, reply.Text, origin, part.Id, part.Index);
        }
        else
        {
            _json.BeginObject().Member("type"u8, "reasoning.text"u8).Member("signature"u8, reply.Text)
                .Member("format"u8, ChatReasoningFormats.Of(origin)).Member("index"u8, part.Index).EndObject();
        }

        _json.EndArray();
        EndDelta();
    }

    private void Cited(in ReplyEvent reply)
    {
        var citation = (Citation)reply.Detail!;
        var part = _parts[reply.Part];
        // Anthropic names the sources of a block before its text, and they are for all of it: how long that is shows at its end.
        if (citation.Origin == Dialect.OpenAIChat || !ChatAnnotation.IsTaken(citation)) Cite(part, citation);
        else (part.Held ??= []).Add(ReplyCopies.Keep(citation));
    }

    private void GiveCitations(ChatStreamPart part)
    {
        foreach (var citation in part.Held ?? []) Cite(part, citation);
        part.Held = null;
    }

    private void Cite(ChatStreamPart part, Citation citation)
    {
        if (!ChatAnnotation.IsTaken(citation))
        {
            ChatAnnotation.Write(_json, citation, 0, 0, Context.Losses);
            return;
        }

        BeginDelta(part.Choice).BeginArray("annotations"u8);
        ChatAnnotation.Write(_json, citation, Math.Max(0, part.Start), part.Length, Context.Losses);
        _json.EndArray();
        EndDelta();
    }

    private void Count(ChatStreamPart part, ReadOnlySpan<byte> text)
    {
        var choice = Choice(part.Choice);
        var length = JsonEscapes.CountUtf16(text);
        if (part.Start < 0) part.Start = choice.Length;
        part.Length += length;
        choice.Length += length;
    }

    private void Media(in ReplyEvent reply)
    {
        var media = reply.Detail as MediaPart;
        var raw = reply.RawDialect == Dialect.OpenAIChat ? reply.Raw : default;
        if (media?.Media != MediaKind.Image && !raw.HasValue)
        {
            ChatLosses.Media(Context.Losses, media);
            return;
        }

        BeginDelta(reply.Choice);
        if (media?.Media == MediaKind.Image)
        {
            _json.BeginArray("images"u8);
            ChatImage.Write(_json, media, raw);
            _json.EndArray();
        }
        else _json.Member("audio"u8, raw);

        EndDelta();
    }

    private void Vendor(in ReplyEvent reply)
    {
        if (reply.RawDialect != Dialect.OpenAIChat) return;

        if (reply.Choice >= 0)
        {
            var isOfMessage = reply.Name.StartsWith("message."u8);
            Choice(reply.Choice);
            BeginDelta(reply.Choice);
            if (isOfMessage) _json.Member(reply.Name.Span["message.".Length..], reply.Raw);
            _json.EndObject().Name("logprobs"u8).Null().Name("finish_reason"u8).Null();
            if (!isOfMessage) _json.Member(reply.Name.Span, reply.Raw);
            EndChunk();
        }
        else if (reply.Name.Is("usage"u8)) _usage = reply.Raw.Raw.ToArray();
        else if (reply.Name.Is("service_tier"u8) || reply.Name.Is("system_fingerprint"u8))
        {
            // Every chunk repeats these two.
            var name = reply.Name.Raw.ToArray();
            _shared.RemoveAll(s => s.Name.AsSpan().SequenceEqual(name));
            _shared.Add((name, reply.Raw.Raw.ToArray()));
            WriteHead();
        }
        else
        {
            BeginChunk().Name("choices"u8).BeginArray().EndArray().Member(reply.Name.Span, reply.Raw);
            Close();
        }
    }

    private void Finish(in ReplyEvent reply)
    {
        var choice = Choice(reply.Choice);
        if (reply.Finish == FinishReason.Refusal && !choice.HasRefusal)
        {
            BeginDelta(reply.Choice).Member("refusal"u8, ChatLosses.DefaultRefusal);
            EndDelta();
        }

        BeginDelta(reply.Choice).EndObject().Name("logprobs"u8).Null();
        ChatFinish.Write(_json, reply.Finish, reply.Text, _isLegacy && choice.Calls > 0, Context.Losses);
        EndChunk();
    }

    private void Complete()
    {
        if (Context.WantsUsage && _hasUsage)
        {
            BeginChunk().BeginArray("choices"u8).EndArray().Name("usage"u8);
            if (_usage.Length > 0) _json.Value(new JsonValue(_usage));
            else ChatUsage.Write(_json, _tokens);
            _json.EndObject();
            Output.Append("\n\n"u8);
        }

        Output.Append("data: [DONE]\n\n"u8);
    }

    // The choice, announced by its role before anything else of it.
    private ChatStreamChoice Choice(int index)
    {
        foreach (var known in _choices)
        {
            if (known.Index == index) return known;
        }

        var choice = new ChatStreamChoice { Index = index };
        _choices.Add(choice);
        BeginDelta(index).Member("role"u8, "assistant"u8).Member("content"u8, ""u8).Name("refusal"u8).Null();
        EndDelta();
        return choice;
    }

    private JsonOutput BeginDelta(int choice) =>
        BeginChunk().BeginArray("choices"u8).BeginObject().Member("index"u8, choice).BeginObject("delta"u8);

    private void EndDelta(JsonValue logprobs = default, bool isRefusal = false)
    {
        _json.EndObject().Name("logprobs"u8);
        if (logprobs.HasValue)
        {
            _json.BeginObject().Name("content"u8).Value(isRefusal ? default : logprobs).Name("refusal"u8).Value(isRefusal ? logprobs : default).EndObject();
        }
        else _json.Null();

        _json.Name("finish_reason"u8).Null();
        EndChunk();
    }

    private void EndChunk()
    {
        _json.EndObject().EndArray();
        Close();
    }

    // With usage asked for, OpenAI puts a null into every chunk but the last.
    private void Close()
    {
        if (Context.WantsUsage) _json.Name("usage"u8).Null();
        _json.EndObject();
        Output.Append("\n\n"u8);
    }

    // The head holds "data: " and the first members; the brace is the writer's own, so that it sets the commas behind.
    private JsonOutput BeginChunk()
    {
        Output.Append("data: "u8);
        return _json.BeginObject().Raw(_head);
    }

    private void WriteHead()
    {
        using var buffer = new PooledBuffer(256);
        var json = new JsonOutput(buffer).BeginObject().Member("id"u8, JsonString.From("chatcmpl-" + Context.Id))
            .Member("object"u8, "chat.completion.chunk"u8).Member("created"u8, Context.Created).Member("model"u8, Context.Model);
        foreach (var (name, value) in _shared) json.Member(name, new JsonValue(value));
        _head = buffer.Span[1..].ToArray();
    }

    private static JsonString Copy(JsonString text) => text.IsPresent ? new JsonString(text.Raw.ToArray()) : default;
}
