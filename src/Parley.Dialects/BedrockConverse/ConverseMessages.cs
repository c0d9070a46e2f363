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

    internal static ConverseMessages Gather(RequestWriting writing)
    {
        var gathered = new ConverseMessages(writing.Conversation.Origin == Dialect.BedrockConverse);
        foreach (var turn in writing.Conversation.Turns)
        {
            if (turn.Role is TurnRole.System or TurnRole.Developer) gathered.Lift(writing, turn);
            else gathered.Add(writing, turn);
        }

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

    /// <summary>A message of the model's at the very end is the start of its answer, which newer Claudes refuse; the others refuse white space at its end.</summary>
    internal void EndInTurn(RequestWriting writing)
    {
        if (_isOwn || _messages[^1] is not { IsUser: false } last || !last.Parts.TrueForAll(placed => placed.Part is TextPart)) return;
        if (!writing.Traits.TakesPrefill && writing.Traits.Family == ModelFamily.Claude && _messages.Count > 1)
        {
            foreach (var (turn, part) in last.Parts) writing.Lose(turn, part, "prefill", "the model refuses the start of an answer");
            _messages.RemoveAt(_messages.Count - 1);
            return;
        }

        var (at, text) = (last.Parts[^1].Turn, (TextPart)last.Parts[^1].Part);
        var trimmed = JsonString.From(text.Text.ToText().TrimEnd());
        last.Parts[^1] = new Placed(at, new TextPart(trimmed) { CacheControl = text.CacheControl, Index = text.Index });
    }

    internal void Write(RequestWriting writing, ConverseCacheMarks marks)
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
            if (part is ToolResultPart && !_isOwn) last.Parts.Insert(last.Results++, new Placed(turn, part));
            else last.Parts.Add(new Placed(turn, part));
        }
    }

    private void Note(ContentPart part)
    {
        HasToolBlocks |= part is ToolCallPart or ToolResultPart;
        if (part is ToolCallPart { Name: var name } && !CalledTools.Contains(name)) CalledTools.Add(name);
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

        internal List<Placed> Parts { get; } = [];

        /// <summary>How many results stand at its beginning.</summary>
        internal int Results { get; set; }
    }
}
