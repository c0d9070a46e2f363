using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>Reads one candidate of one response into events.</summary>
internal ref struct GeminiCandidate(GeminiEvents events, GeminiChoice choice, IReplySink sink)
{
    private JsonString _signature; // of an empty text: stands behind the text and its sources
    private JsonValue _logprobs;

    /// <summary>True when the candidate is finished.</summary>
    internal bool Read(JsonValue candidate)
    {
        JsonValue content = default, grounding = default, citations = default;
        var hasEnded = false;
        foreach (var member in candidate.Members)
        {
            var name = member.Name;
            if (GeminiName.Is(name, "content"u8)) content = member.Value;
            else if (GeminiName.Is(name, "finishReason"u8)) hasEnded |= End(member.Value.AsString());
            else if (GeminiName.Is(name, "groundingMetadata"u8)) grounding = member.Value;
            else if (GeminiName.Is(name, "citationMetadata"u8)) citations = member.Value;
            else if (GeminiName.Is(name, "logprobsResult"u8)) _logprobs = GeminiLogprobs.Read(member.Value);
        }

        var parts = GeminiName.Member(content, "parts"u8);
        // Sources belong to text, and a part that has ended takes no more: they are told while the last text here is still open.
        var citing = LastText(parts);
        if (citing < 0) Cite(grounding, citations);
        var index = 0;
        foreach (var part in parts.Items)
        {
            if (part.IsObject) Part(part);
            if (index++ == citing) Cite(grounding, citations);
        }

        Flush();
        foreach (var member in candidate.Members)
        {
            // Safety ratings come with every piece; those of the last say it all.
            if (!IsKnown(member.Name) && (hasEnded || !GeminiName.Is(member.Name, "safetyRatings"u8)))
                GeminiEvents.Vendor(choice.Index, member, sink);
        }

        return hasEnded;
    }

    private static bool IsKnown(JsonString name) =>
        GeminiName.Is(name, "content"u8) || GeminiName.Is(name, "finishReason"u8) || GeminiName.Is(name, "index"u8)
        || GeminiName.Is(name, "logprobsResult"u8);

    private static int LastText(JsonValue parts)
    {
        var (last, index) = (-1, 0);
        foreach (var part in parts.Items)
        {
            if (!GeminiName.Member(part, "text"u8).AsString().IsEmpty && !GeminiName.Member(part, "thought"u8).IsTrue) last = index;
            index++;
        }

        return last;
    }

    private readonly void Cite(JsonValue grounding, JsonValue citations)
    {
        if (grounding.IsObject) Grounding(grounding);
        if (citations.IsObject) Citations(citations);
    }

    private readonly bool End(JsonString reason)
    {
        if (reason.IsEmpty) return false;
        if (!choice.Finish.AsSpan().SequenceEqual(reason.Span)) choice.Finish = reason.Raw.ToArray();
        return true;
    }

    private void Part(JsonValue part)
    {
        JsonValue text = default, call = default, data = default, file = default;
        JsonString signature = default;
        var isThought = false;
        var hasOther = false;
        foreach (var member in part.Members)
        {
            var name = member.Name;
            if (GeminiName.Is(name, "text"u8)) text = member.Value;
            else if (GeminiName.Is(name, "thought"u8)) isThought = member.Value.IsTrue;
            else if (GeminiName.Is(name, "thoughtSignature"u8)) signature = member.Value.AsString();
            else if (GeminiName.Is(name, "functionCall"u8)) call = member.Value;
            else if (GeminiName.Is(name, "inlineData"u8)) data = member.Value;
            else if (GeminiName.Is(name, "fileData"u8)) file = member.Value;
            else hasOther = true;
        }

        if (text.IsString)
        {
            Text(text.AsString(), isThought, signature);
            return;
        }

        Flush();
        if (call.IsObject)
        {
            Call(call, signature);
        }
        else if ((data.IsObject ? GeminiMedia.Data(data) : file.IsObject ? GeminiMedia.File(file) : null) is { } media)
        {
            Signature(signature, default);
            Whole(new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.Media, Detail = media });
        }
        else if (hasOther)
        {
            Whole(new ReplyEvent(ReplyEventKind.PartStarted)
            {
                PartKind = ReplyPartKind.Opaque,
                Raw = part,
                RawDialect = Dialect.GeminiContent,
            });
        }
        else
        {
            _signature = signature;
        }
    }

    private void Text(JsonString text, bool isThought, JsonString signature)
    {
        if (!isThought && !signature.IsEmpty)
        {
            Flush();
            if (text.IsEmpty)
            {
                _signature = signature;
                return;
            }

            Signature(signature, default);
        }

        var kind = isThought ? ReplyPartKind.Reasoning : ReplyPartKind.Text;
        if (!text.IsEmpty || (isThought && !signature.IsEmpty))
        {
            Flush();
            if (choice.Open < 0 || choice.Kind != kind || choice.Pieces is not null)
            {
                var origin = isThought ? ReasoningOrigin.Gemini : ReasoningOrigin.None;
                events.Begin(choice, new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = kind, Origin = origin }, sink);
            }
        }

        if (!text.IsEmpty)
        {
            if (!isThought && choice.IsAscii) choice.IsAscii = IsAscii(text.Span);
            GeminiEvents.Delta(choice, text, isThought ? default : _logprobs, sink);
            if (!isThought) _logprobs = default;
        }

        if (!isThought || signature.IsEmpty) return;
        sink.Accept(new ReplyEvent(ReplyEventKind.Signature)
        {
            Choice = choice.Index,
            Part = choice.Open,
            PartKind = kind,
            Text = signature,
            Origin = ReasoningOrigin.Gemini,
        });
        GeminiEvents.Close(choice, sink);
    }

    // An escape for more than ASCII is taken for more, and a surrogate's for two.
    private static bool IsAscii(ReadOnlySpan<byte> text) => System.Text.Ascii.IsValid(text) && text.IndexOf("\\u"u8) < 0;

    private readonly void Call(JsonValue call, JsonString signature)
    {
        JsonValue name = default, id = default, args = default, pieces = default;
        var goesOn = false;
        foreach (var member in call.Members)
        {
            if (GeminiName.Is(member.Name, "name"u8)) name = member.Value;
            else if (GeminiName.Is(member.Name, "id"u8)) id = member.Value;
            else if (GeminiName.Is(member.Name, "args"u8)) args = member.Value;
            else if (GeminiName.Is(member.Name, "partialArgs"u8)) pieces = member.Value;
            else if (GeminiName.Is(member.Name, "willContinue"u8)) goesOn = member.Value.IsTrue;
        }

        if (name.IsString)
        {
            choice.HasCalls = true;
            var callId = id.AsString() is { IsEmpty: false } given ? given : events.MakeCallId(signature.IsEmpty ? 0 : 1);
            Signature(signature, callId);
            var start = new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.ToolCall, Id = callId, Name = name.AsString() };
            events.Begin(choice, in start, sink);
            if (goesOn || pieces.IsArray)
            {
                choice.Pieces = new GeminiPartialArgs();
            }
            else
            {
                GeminiEvents.Delta(choice, args.IsObject ? JsonString.Escape(args.Span) : JsonString.Literal("{}"u8), default, sink);
                GeminiEvents.Close(choice, sink);
                return;
            }
        }

        if (choice.Pieces is null) return;
        foreach (var piece in pieces.Items)
        {
            if (piece.IsObject) choice.Pieces.Add(piece);
        }

        if (!goesOn) GeminiEvents.Close(choice, sink);
    }

    // The signature of another part goes in front of it, as a part of its own.
    private readonly void Signature(JsonString signature, JsonString callId)
    {
        if (signature.IsEmpty) return;
        var start = new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.Reasoning, Origin = ReasoningOrigin.Gemini, Id = callId };
        events.Begin(choice, in start, sink);
        sink.Accept(new ReplyEvent(ReplyEventKind.Signature)
        {
            Choice = choice.Index,
            Part = choice.Open,
            PartKind = ReplyPartKind.Reasoning,
            Text = signature,
            Origin = ReasoningOrigin.Gemini,
        });
        GeminiEvents.Close(choice, sink);
    }

    private void Flush()
    {
        var signature = _signature;
        _signature = default;
        Signature(signature, default);
    }

    private readonly void Whole(ReplyEvent part)
    {
        events.Begin(choice, in part, sink);
        GeminiEvents.Close(choice, sink);
    }

    private readonly void Grounding(JsonValue grounding)
    {
        if (choice.Open < 0 || choice.Kind != ReplyPartKind.Text) return;
        var sources = GeminiName.Member(grounding, "groundingChunks"u8);
        var hasSupports = false;
        foreach (var support in GeminiName.Member(grounding, "groundingSupports"u8).Items)
        {
            var segment = GeminiName.Member(support, "segment"u8);
            foreach (var index in GeminiName.Member(support, "groundingChunkIndices"u8).Items)
            {
                if (index.AsInt64() is not { } wanted || !TryFind(sources, wanted, out var source)) continue;
                hasSupports = true;
                var end = Offset(GeminiName.Member(segment, "endIndex"u8), null);
                Cite(source, support, Offset(GeminiName.Member(segment, "startIndex"u8), 0), end);
            }
        }

        if (hasSupports) return;
        foreach (var source in sources.Items) Cite(source, source, null, null);
    }

    private readonly void Cite(JsonValue source, JsonValue raw, int? start, int? end)
    {
        var web = GeminiName.Member(source, "web"u8);
        if (!web.IsObject) web = GeminiName.Member(source, "retrievedContext"u8);
        var address = GeminiName.Member(web, "uri"u8).AsString();
        if (!address.IsPresent) return;
        Cited(new Citation(Dialect.GeminiContent, raw)
        {
            Url = address,
            Title = GeminiName.Member(web, "title"u8).AsString(),
            Start = start,
            End = end,
        });
    }

    private readonly void Citations(JsonValue citations)
    {
        if (choice.Open < 0 || choice.Kind != ReplyPartKind.Text) return;
        var list = GeminiName.Member(citations, "citationSources"u8);
        if (!list.IsArray) list = GeminiName.Member(citations, "citations"u8); // Vertex' name for it
        foreach (var source in list.Items)
        {
            var address = GeminiName.Member(source, "uri"u8).AsString();
            if (!address.IsPresent) continue;
            Cited(new Citation(Dialect.GeminiContent, source)
            {
                Url = address,
                Title = GeminiName.Member(source, "title"u8).AsString(),
                Start = Offset(GeminiName.Member(source, "startIndex"u8), 0),
                End = Offset(GeminiName.Member(source, "endIndex"u8), null),
            });
        }
    }

    private readonly void Cited(Citation citation) => sink.Accept(new ReplyEvent(ReplyEventKind.Cited)
    {
        Choice = choice.Index,
        Part = choice.Open,
        PartKind = choice.Kind,
        Detail = citation,
    });

    // Google counts bytes of UTF-8, we count characters: the same as long as the text is ASCII, unknown otherwise.
    private readonly int? Offset(JsonValue value, int? missing)
    {
        if (!choice.IsAscii) return null;
        return value.IsPresent ? (int?)Math.Clamp(value.AsInt64() ?? 0, 0, int.MaxValue) : missing;
    }

    private static bool TryFind(JsonValue list, long index, out JsonValue found)
    {
        foreach (var item in list.Items)
        {
            if (index-- != 0) continue;
            found = item;
            return true;
        }

        found = default;
        return false;
    }
}
