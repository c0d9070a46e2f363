using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.BedrockConverse;

/// <summary>
/// The turns of a request as Converse wants them: instructions lifted out in order, speakers alternating, results of tools first in
/// their message, a text beside every document. A conversation that came in this dialect keeps its messages as they were.
/// </summary>
internal sealed class ConverseMessages
{
    private readonly List<Placed> _system = [];
    private readonly List<Message> _messages = [];
    private readonly HashSet<JsonString> _called = [];
    private readonly bool _isOwn;

    private ConverseMessages(bool isOwn) => _isOwn = isOwn;

    /// <summary>The last block of the instructions; null without any.</summary>
    internal ContentPart? LastOfSystem => _system.Count > 0 ? _system[^1].Part : null;

    /// <summary>The last block of the last user message; null without any.</summary>
    internal ContentPart? LastOfUser => _messages.FindLast(message => message.IsUser) is { Parts.Count: > 0 } last ? last.Parts[^1].Part : null;

    /// <summary>The names of the tools that the history calls, each once, in order.</summary>
    internal List<JsonString> CalledTools { get; } = [];

    /// <summary>True when the history holds calls or results, without a definition of which Converse answers 400.</summary>
    internal bool HasToolBlocks { get; private set; }

    /// <summary>True when the last answer calls tools and does not begin with a signed thought.</summary>
    internal bool HasUnsignedToolTurn => _messages.FindLast(message => !message.IsUser) is { } last
        && last.Parts.Exists(placed => placed.Part is ToolCallPart) && last.Parts[0].Part is not ReasoningPart;

    /// <summary>True when the history calls a tool of this name.</summary>
    internal bool Calls(JsonString name) => _called.Contains(name);

    internal static ConverseMessages Gather(RequestWriting writing)
    {
        var gathered = new ConverseMessages(writing.Conversation.Origin == Dialect.BedrockConverse);
        foreach (var turn in writing.Conversation.Turns)
        {
            if (turn.Role is TurnRole.System or TurnRole.Developer) gathered.Lift(writing, turn);
            else gathered.Add(writing, turn);
        }

        foreach (var message in gathered._messages) message.Settle();
        // Instructions alone are no conversation: they are asked instead.
        if (gathered._messages.Count == 0 && gathered._system.Count > 0 && !gathered._isOwn)
        {
            var asked = new Message(TurnRole.User, null);
            asked.Parts.AddRange(gathered._system);
            gathered._messages.Add(asked);
            gathered._system.Clear();
        }

        if (gathered._messages.Count == 0) throw new DialectException(Where(writing), "There is no message with content: at least one is required.");
        return gathered;
    }

    /// <summary>
    /// Looks after both ends of the conversation. A message of the model's at the very end is the start of its answer, which newer
    /// Claudes refuse, and so does one that thinks; the others refuse white space at its end. At the very beginning Bedrock answers
    /// 400 to it ("A conversation must start with a user message"), so that the least of questions is put in front.
    /// </summary>
    internal void MendEnds(RequestWriting writing, bool thinks)
    {
        End(writing, thinks);
        if (_isOwn || _messages[0].IsUser) return;
        var question = new Message(TurnRole.User, null);
        question.Parts.Add(new Placed(new Turn(TurnRole.User, -1), new TextPart(JsonString.Literal("."u8))));
        _messages.Insert(0, question);
        writing.Losses.Add(Where(writing), "a conversation must begin with the user: a message of one full stop was put in front");
    }

    private void End(RequestWriting writing, bool thinks)
    {
        if (_isOwn || _messages[^1] is not { IsUser: false } last || !last.Parts.TrueForAll(placed => placed.Part is TextPart)) return;
        var isRefused = !writing.Traits.TakesPrefill && writing.Traits.Family == ModelFamily.Claude;
        if ((isRefused || (thinks && writing.Traits.Family == ModelFamily.Claude)) && _messages.Count > 1)
        {
            foreach (var (turn, part) in last.Parts)
                writing.Lose(turn, part, "prefill", isRefused ? "the model refuses the start of an answer" : "not while the model thinks");
            _messages.RemoveAt(_messages.Count - 1);
            return;
        }

        var (at, text) = (last.Parts[^1].Turn, (TextPart)last.Parts[^1].Part);
        var trimmed = JsonString.From(text.Text.ToText().TrimEnd());
        last.Parts[^1] = new Placed(at, new TextPart(trimmed) { CacheControl = text.CacheControl, Index = text.Index });
    }

    internal void Write(RequestWriting writing, CacheBreakpoints marks)
    {
        var blocks = new ConverseBlocks(writing, marks, ConverseCallIds.Of(writing.Conversation));
        var json = writing.Json;
        if (_system.Count > 0)
        {
            json.BeginArray("system"u8);
            foreach (var (turn, part) in _system) blocks.Write(turn, part);
            json.EndArray();
        }

        json.BeginArray("messages"u8);
        foreach (var message in _messages)
        {
            json.BeginObject().Member("role"u8, message.IsUser ? "user"u8 : "assistant"u8).BeginArray("content"u8);
            foreach (var (turn, part) in message.Parts) blocks.Write(turn, part);
            // "Text is required with documents" (API_runtime_ContentBlock, document).
            if (!_isOwn && message.IsUser && message.Parts.Exists(p => p.Part is MediaPart { Media: MediaKind.Document })
                && !message.Parts.Exists(p => p.Part is TextPart))
            {
                json.BeginObject().Member("text"u8, "."u8).EndObject();
            }

            json.EndArray();
            foreach (var field in writing.Vendor(message.Vendor)) json.Member(field.Name.Span, field.Value);
            json.EndObject();
        }

        json.EndArray();
    }

    private void Lift(RequestWriting writing, Turn turn)
    {
        foreach (var part in turn.Parts)
        {
            if (part is TextPart text ? _isOwn || !ConverseBlocks.IsBlank(text.Text) : part is OpaquePart { Origin: Dialect.BedrockConverse })
                _system.Add(new Placed(turn, part));
            else if (part is not TextPart) writing.Lose(turn, part, "content", "instructions are text alone");
        }

        ReportVendor(writing, turn);
    }

    private void Add(RequestWriting writing, Turn turn)
    {
        var role = turn.Role == TurnRole.Assistant ? TurnRole.Assistant : TurnRole.User;
        Message? last = null;
        if (_isOwn) _messages.Add(last = new Message(role, turn.Vendor));
        else if (_messages.Count > 0 && _messages[^1].Role == role) last = _messages[^1];
        if (!_isOwn)
        {
            ReportVendor(writing, turn);
            if (turn.Name.IsPresent) writing.Lose(turn, null, "name", "messages have no names");
        }

        foreach (var part in turn.Parts)
        {
            if (!ConverseBlocks.CanWrite(writing, turn, part)) continue;
            if (last is null) _messages.Add(last = new Message(role, null));
            Note(part);
            // Claude wants results before all other content of their message.
            if (part is ToolResultPart && !_isOwn) last.Results.Add(new Placed(turn, part));
            else last.Parts.Add(new Placed(turn, part));
        }
    }

    private void Note(ContentPart part)
    {
        HasToolBlocks |= part is ToolCallPart or ToolResultPart;
        if (part is ToolCallPart { Name: var name } && _called.Add(name)) CalledTools.Add(name);
    }

    private static void ReportVendor(RequestWriting writing, Turn turn)
    {
        foreach (var _ in writing.Vendor(turn.Vendor)) { }
    }

    private static string Where(RequestWriting writing) => writing.Conversation.Origin switch
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

        internal List<Placed> Parts { get; private set; } = [];

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
