using System.Text.Json;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Reads GenerateContentResponses into events: the one of a plain answer, or those of a stream one after the other. A candidate's
/// end is told at the very end (<see cref="Complete"/>), since older models put a finish reason on every piece.
/// </summary>
internal sealed class GeminiEvents
{
    private const int MostChoices = 64;

    private readonly List<GeminiChoice> _choices = [];
    private byte[] _blocked = [];
    private byte[] _id = [];
    private bool _isStarted;
    private bool _hasFailed;
    private int _next;

    /// <summary>True when every candidate that was seen has a finish reason, or the prompt was blocked.</summary>
    internal bool IsFinished
    {
        get
        {
            if (_choices.Count == 0) return _blocked.Length > 0;
            foreach (var choice in _choices)
            {
                if (choice.Finish.Length == 0) return false;
            }

            return true;
        }
    }

    internal bool HasFailed => _hasFailed;

    /// <summary>True when something of an answer was seen: a candidate, or why there is none.</summary>
    internal bool HasAnswer => _choices.Count > 0 || _blocked.Length > 0;

    /// <summary>Reads one response, or an array of them. Anything else means nothing.</summary>
    internal void Read(JsonValue root, IReplySink sink)
    {
        if (root.IsArray)
        {
            foreach (var item in root.Items)
            {
                if (item.IsObject) Read(item, sink);
            }

            return;
        }

        if (!root.IsObject || _hasFailed) return;
        if (GeminiError.TryRead(root, out var failed))
        {
            _hasFailed = true;
            sink.Accept(in failed);
            return;
        }

        JsonValue candidates = default, feedback = default, usage = default;
        var isFirst = Start(root, sink);
        foreach (var member in root.Members)
        {
            var name = member.Name;
            if (GeminiName.Is(name, "candidates"u8)) candidates = member.Value;
            else if (GeminiName.Is(name, "usageMetadata"u8)) usage = member.Value;
            else if (GeminiName.Is(name, "promptFeedback"u8)) feedback = member.Value;
            else if (isFirst && !GeminiName.Is(name, "modelVersion"u8) && !GeminiName.Is(name, "responseId"u8)) Vendor(-1, member, sink);
        }

        var isLast = false;
        foreach (var candidate in candidates.Items)
        {
            if (candidate.IsObject) isLast |= new GeminiCandidate(this, ChoiceOf(candidate), sink).Read(candidate);
        }

        if (feedback.IsObject) isLast |= ReadFeedback(feedback, sink);
        if (!usage.IsObject) return;
        if (GeminiUsage.TryRead(usage, out var tokens)) sink.Accept(new ReplyEvent(ReplyEventKind.Usage) { Tokens = tokens });
        if (isLast && GeminiUsage.HasMore(usage)) Vendor(-1, new JsonField(JsonString.Literal("usageMetadata"u8), usage), sink);
    }

    /// <summary>At the end of the bytes: ends what is open, and the answer, if it is finished.</summary>
    internal void Complete(IReplySink sink)
    {
        if (_hasFailed || !IsFinished) return;
        foreach (var choice in _choices)
        {
            Close(choice, sink);
            sink.Accept(new ReplyEvent(ReplyEventKind.Finished)
            {
                Choice = choice.Index,
                Finish = choice.Finish.Length == 0 ? FinishReason.None : GeminiFinish.Of(choice.Finish, choice.HasCalls),
                Text = new JsonString(choice.Finish),
            });
        }

        // Never an empty success: a prompt that was blocked has no candidates.
        if (_choices.Count == 0)
            sink.Accept(new ReplyEvent(ReplyEventKind.Finished) { Finish = FinishReason.ContentFilter, Text = new JsonString(_blocked) });
        sink.Accept(new ReplyEvent(ReplyEventKind.Completed));
    }

    /// <summary>Ends the open part of a candidate.</summary>
    internal static void Close(GeminiChoice choice, IReplySink sink)
    {
        if (choice.Open < 0) return;
        if (choice.Pieces is { } pieces)
        {
            Delta(choice, JsonString.Escape(pieces.ToJson()), default, sink);
            choice.Pieces = null;
        }

        sink.Accept(new ReplyEvent(ReplyEventKind.PartEnded) { Choice = choice.Index, Part = choice.Open, PartKind = choice.Kind });
        choice.Open = -1;
    }

    /// <summary>Begins a part, ending the one before it. The caller says what it is; its number is set here.</summary>
    internal void Begin(GeminiChoice choice, in ReplyEvent part, IReplySink sink)
    {
        Close(choice, sink);
        choice.Open = _next++;
        choice.Kind = part.PartKind;
        sink.Accept(part with { Kind = ReplyEventKind.PartStarted, Choice = choice.Index, Part = choice.Open });
    }

    internal static void Delta(GeminiChoice choice, JsonString text, JsonValue logprobs, IReplySink sink) =>
        sink.Accept(new ReplyEvent(ReplyEventKind.Delta)
        {
            Choice = choice.Index,
            Part = choice.Open,
            PartKind = choice.Kind,
            Text = text,
            Raw = logprobs,
        });

    /// <summary>The id for a call without one, whose part is to be the <paramref name="ahead"/>th from now.</summary>
    internal JsonString MakeCallId(int ahead) => GeminiCallIds.Make(_id, _next + ahead);

    internal static void Vendor(int choice, JsonField field, IReplySink sink) => sink.Accept(new ReplyEvent(ReplyEventKind.Vendor)
    {
        Choice = choice,
        Name = field.Name,
        Raw = field.Value,
        RawDialect = Dialect.GeminiContent,
    });

    private bool Start(JsonValue root, IReplySink sink)
    {
        if (_isStarted) return false;
        _isStarted = true;
        var id = GeminiName.Member(root, "responseId"u8).AsString();
        // Without an id the calls of two answers would have the same ones; the first response tells them apart, if only by its counts.
        _id = id.IsEmpty ? GeminiCallIds.Mark(root.Span) : id.Raw.ToArray();
        sink.Accept(new ReplyEvent(ReplyEventKind.Started) { Id = id, Name = GeminiName.Member(root, "modelVersion"u8).AsString() });
        return true;
    }

    private bool ReadFeedback(JsonValue feedback, IReplySink sink)
    {
        Vendor(-1, new JsonField(JsonString.Literal("promptFeedback"u8), feedback), sink);
        var reason = GeminiName.Member(feedback, "blockReason"u8).AsString();
        if (reason.IsEmpty) return false;
        _blocked = reason.Raw.ToArray();
        return true;
    }

    private GeminiChoice ChoiceOf(JsonValue candidate)
    {
        var index = candidate.Member("index"u8) is { Kind: JsonValueKind.Number } number ? number.AsInt64() ?? 0 : 0;
        foreach (var known in _choices)
        {
            if (known.Index == index) return known;
        }

        // Google gives at most eight; what a broken server numbers past the bound shares the last one.
        if (_choices.Count == MostChoices) return _choices[^1];
        var choice = new GeminiChoice((int)Math.Clamp(index, 0, int.MaxValue));
        _choices.Add(choice);
        return choice;
    }
}
