using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>
/// The turns of a request as Anthropic wants them: instructions lifted out in order, speakers alternating, all results of tools first
/// in one user message. A conversation that came in this dialect keeps its messages as they were.
/// </summary>
internal sealed class MessagesTurns
{
    private readonly List<Placed> _system = [];
    private readonly List<Message> _messages = [];
    private bool _isOwn;

    /// <summary>The last block of the instructions; null without any.</summary>
    internal ContentPart? LastOfSystem => _system.Count > 0 ? _system[^1].Part : null;

    /// <summary>The last block of the last user message.</summary>
    internal ContentPart? LastOfUser => _messages.FindLast(message => message.IsUser) is { Parts.Count: > 0 } last ? last.Parts[^1].Part : null;

    /// <summary>True when the last answer calls tools and does not begin with a signed thought.</summary>
    internal bool HasUnsignedToolTurn => _messages.FindLast(message => !message.IsUser) is { } last
        && last.Parts.Exists(placed => placed.Part is ToolCallPart) && last.Parts[0].Part is not ReasoningPart;

    internal static MessagesTurns Gather(RequestWriting writing)
    {
        var turns = new MessagesTurns { _isOwn = writing.Conversation.Origin == Dialect.AnthropicMessages };
        foreach (var turn in writing.Conversation.Turns)
        {
            if (turn.Role is TurnRole.System or TurnRole.Developer && (!turns._isOwn || turn.Index < 0)) turns.Lift(writing, turn);
            else turns.Add(writing, turn);
        }

        foreach (var message in turns._messages) message.Settle();
        // Instructions alone are no conversation: they are asked instead.
        if (turns._messages.Count == 0 && turns._system.Count > 0)
        {
            turns._messages.Add(new Message(TurnRole.User, null) { Parts = [.. turns._system] });
            turns._system.Clear();
        }

        if (turns._messages.Count == 0) throw new DialectException(Messages(writing), "There is no message with content: at least one is required.");
        return turns;
    }

    /// <summary>
    /// Looks after both ends of the conversation. A message of the model's at the very end is the start of its answer: newer models
    /// refuse one, and so does a model that thinks; others refuse white space at its end. At the very beginning Anthropic answers 400
    /// to it ("first message must use the user role"), so that the least of questions is put in front.
    /// </summary>
    internal void MendEnds(RequestWriting writing, bool thinks)
    {
        End(writing, thinks);
        if (_isOwn || _messages[0].IsUser) return;
        _messages.Insert(0, new Message(TurnRole.User, null) { Parts = [new Placed(new Turn(TurnRole.User, -1), new TextPart(JsonString.Literal("."u8)))] });
        writing.Losses.Add(Messages(writing), "a conversation must begin with the user: a message of one full stop was put in front");
    }

    private void End(RequestWriting writing, bool thinks)
    {
        if (_messages[^1] is not { IsUser: false, Role: TurnRole.Assistant } last || !last.Parts.TrueForAll(placed => placed.Part is TextPart)) return;
        var isRefused = !writing.Traits.TakesPrefill && writing.Traits.Family != ModelFamily.Unknown;
        if (isRefused || (thinks && !_isOwn))
        {
            if (_messages.Count == 1) return; // nothing else is left to ask; the vendor says what is wrong
            foreach (var placed in last.Parts)
                writing.Lose(placed.Turn, placed.Part, "prefill", isRefused ? "the model refuses the start of an answer" : "not while the model thinks");
            _messages.RemoveAt(_messages.Count - 1);
        }
        else if (!_isOwn && last.Parts.Count > 0 && last.Parts[^1] is var (turn, part) && part is TextPart text)
        {
            var trimmed = Trim(text.Text);
            last.Parts.RemoveAt(last.Parts.Count - 1);
            if (!trimmed.IsEmpty) last.Parts.Add(new Placed(turn, new TextPart(trimmed) { CacheControl = text.CacheControl, Index = text.Index }));
            else if (last.Parts.Count == 0) _messages.RemoveAt(_messages.Count - 1);
        }
    }

    internal void Write(RequestWriting writing, CacheBreakpoints marks)
    {
        var json = writing.Json;
        if (_system.Count > 0)
        {
            json.Name("system"u8);
            Content(writing, _system, marks);
        }

        json.BeginArray("messages"u8);
        foreach (var message in _messages)
        {
            json.BeginObject().Member("role"u8, message.Role switch { TurnRole.Assistant => "assistant"u8, TurnRole.System => "system"u8, _ => "user"u8 });
            json.Name("content"u8);
            Content(writing, message.Parts, marks);
            foreach (var field in writing.Vendor(message.Vendor)) json.Member(field.Name.Span, field.Value);
            json.EndObject();
        }

        json.EndArray();
    }

    private void Content(RequestWriting writing, List<Placed> parts, CacheBreakpoints marks)
    {
        var isBare = parts is [{ Part: TextPart { Vendor: null, Citations: null } only }] && (!_isOwn || only.Index < 0) && !marks.Of(only).IsPresent;
        if (isBare)
        {
            writing.Json.Value(((TextPart)parts[0].Part).Text);
            return;
        }

        writing.Json.BeginArray();
        foreach (var (turn, part) in parts) MessagesBlockWriter.Write(writing, turn, part, marks.Of(part));
        writing.Json.EndArray();
    }

    private void Lift(RequestWriting writing, Turn turn)
    {
        foreach (var part in turn.Parts)
        {
            if (part is TextPart { Text: var text } && (_isOwn || !text.IsEmpty)) _system.Add(new Placed(turn, part));
            else if (part is OpaquePart { Origin: Dialect.AnthropicMessages }) _system.Add(new Placed(turn, part));
            else if (part is not TextPart) writing.Lose(turn, part, "content", "instructions are text alone");
        }

        foreach (var _ in writing.Vendor(turn.Vendor)) { }
    }

    private void Add(RequestWriting writing, Turn turn)
    {
        if (_isOwn)
        {
            var message = new Message(turn.Role, turn.Vendor);
            foreach (var part in turn.Parts)
                if (MessagesBlockWriter.CanWrite(writing, turn, part)) message.Parts.Add(new Placed(turn, part));
            if (message.Parts.Count > 0 || turn.Parts.Count == 0) _messages.Add(message);
            return;
        }

        foreach (var _ in writing.Vendor(turn.Vendor)) { }
        if (turn.Name.IsPresent) writing.Lose(turn, null, "name", "messages have no names");
        var role = turn.Role == TurnRole.Assistant ? TurnRole.Assistant : TurnRole.User;
        var last = _messages.Count > 0 && _messages[^1].Role == role ? _messages[^1] : null;
        foreach (var part in turn.Parts)
        {
            if (!MessagesBlockWriter.CanWrite(writing, turn, part)) continue;
            if (last is null) _messages.Add(last = new Message(role, null));
            // A result behind other content is refused: "tool_result blocks must come first" (docs, "Handle tool calls").
            if (part is ToolResultPart) last.Results.Add(new Placed(turn, part));
            else last.Parts.Add(new Placed(turn, part));
        }
    }

    // On the escaped text: a blank, or the escape of one whose backslash is not itself escaped.
    private static JsonString Trim(JsonString text)
    {
        var raw = text.Raw;
        while (raw.Length > 0)
        {
            var span = raw.Span;
            if (span[^1] == ' ') raw = raw[..^1];
            else if (span.Length >= 2 && span[^1] is (byte)'n' or (byte)'r' or (byte)'t' && EndsInOddBackslashes(span[..^1])) raw = raw[..^2];
            else break;
        }

        return new JsonString(raw);
    }

    private static bool EndsInOddBackslashes(ReadOnlySpan<byte> span) => (span.Length - 1 - span.LastIndexOfAnyExcept((byte)'\\')) % 2 == 1;

    private static string Messages(RequestWriting writing) => writing.Conversation.Origin switch
    {
        Dialect.OpenAIResponses => "input",
        Dialect.GeminiContent => "contents",
        _ => "messages",
    };

    private readonly record struct Placed(Turn Turn, ContentPart Part);

    private sealed class Message(TurnRole role, List<VendorField>? vendor)
    {
        internal TurnRole Role => role;

        internal bool IsUser => role != TurnRole.Assistant;

        internal List<VendorField>? Vendor => vendor;

        internal List<Placed> Parts { get; set; } = [];

        /// <summary>Results of tools, which come before all other content.</summary>
        internal List<Placed> Results { get; } = [];

        /// <summary>Puts the results in front of the other parts: once, for a message may have very many.</summary>
        internal void Settle()
        {
            if (Results.Count > 0) Parts = [.. Results, .. Parts];
            Results.Clear();
        }
    }
}
