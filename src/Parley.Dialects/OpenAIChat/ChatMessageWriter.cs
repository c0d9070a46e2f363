using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// Writes the messages. Results become <c>tool</c> messages, which stand right behind the calls; what else their turn says, and the
/// images that a tool has answered with, follows as the user's. Assistant turns that another dialect had split are joined.
/// </summary>
internal sealed class ChatMessageWriter(RequestWriting writing)
{
    private readonly Conversation _conversation = writing.Conversation;
    private readonly JsonOutput _json = writing.Json;
    private readonly bool _isOwn = writing.Conversation.Origin == Dialect.OpenAIChat;
    private readonly ChatCallIds _ids = new(writing.Conversation.Origin == Dialect.OpenAIChat);
    private readonly ChatPartWriter _parts = new(writing);
    private readonly List<(Turn Turn, ToolResultPart Result, ContentPart Media)> _moved = [];
    private List<(Turn Turn, TextPart Text)>? _instructions;

    internal static string NoCacheMarkers(TranslationTarget target) =>
        target.IsOpenAI ? "OpenAI caches prefixes by itself" : "the server knows no cache markers";

    internal void Write()
    {
        if (writing.Traits.RefusesSystemRole) CollectInstructions();
        _json.BeginArray("messages"u8);
        var turns = _conversation.Turns;
        for (var i = 0; i < turns.Count; i++)
        {
            var turn = turns[i];
            if (turn.Role is TurnRole.System or TurnRole.Developer)
            {
                FlushMoved();
                if (_instructions is null) Instruction(turn);
            }
            else if (turn.Role == TurnRole.Assistant)
            {
                FlushMoved();
                var last = i;
                // In this dialect's own requests every message stays one.
                while (!_isOwn && last + 1 < turns.Count && turns[last + 1].Role == TurnRole.Assistant) last++;
                Assistant(turns.GetRange(i, last - i + 1));
                i = last;
            }
            else Said(turn);
        }

        FlushMoved();
        if (_instructions is { Count: > 0 }) UserOf(null, []);
        _json.EndArray();
    }

    // o1-mini and o1-preview answer 400 to system and developer messages.
    private void CollectInstructions()
    {
        _instructions = [];
        foreach (var turn in _conversation.Turns.Where(t => t.Role is TurnRole.System or TurnRole.Developer))
        {
            foreach (var part in turn.Parts)
            {
                if (part is TextPart text) _instructions.Add((turn, text));
                else writing.Lose(turn, part, ChatPartWriter.Kind(part), "instructions are text");
            }

            if (!turn.IsDefault)
                writing.Losses.Add(ConversationPaths.Of(_conversation.Origin, turn, null, "role"), "the model refuses instructions: they stand in the first user message");
        }
    }

    private void Instruction(Turn turn)
    {
        var isDeveloper = writing.Traits.WantsDeveloperRole ? writing.Target.IsOpenAI
            : writing.Target.IsOpenAI && turn.Role == TurnRole.Developer;
        // A message of one's own keeps its role: OpenAI reads system as developer where it wants that.
        if (_isOwn && writing.Target.IsOpenAI) isDeveloper = turn.Role == TurnRole.Developer;
        Begin(isDeveloper ? "developer"u8 : "system"u8, turn);
        Content(turn, turn.Parts);
        End(turn);
    }

    private void Said(Turn turn)
    {
        var rest = new List<ContentPart>();
        foreach (var part in turn.Parts)
        {
            if (part is ToolResultPart result) Result(turn, result);
            else rest.Add(part);
        }

        if (rest.Count == 0 && turn.Role == TurnRole.Tool) return;
        if (rest.Count == 0 && turn.Parts.Count > 0) return;
        FlushMoved();
        UserOf(turn, rest);
    }

    private void UserOf(Turn? turn, List<ContentPart> parts)
    {
        turn ??= new Turn(TurnRole.User, -1);
        Begin("user"u8, turn);
        if (_instructions is { Count: > 0 } instructions)
        {
            _instructions = [];
            parts = [.. instructions.Select(i => new TextPart(i.Text.Text) { Index = i.Text.Index }), .. parts];
        }

        Content(turn, parts);
        End(turn);
    }

    private void Result(Turn turn, ToolResultPart result)
    {
        var isLegacy = _isOwn && ChatLegacy.IsOurs(result.CallId);
        _json.BeginObject().Member("role"u8, isLegacy ? "function"u8 : "tool"u8);
        if (isLegacy) _json.Member("name"u8, result.Name);
        else _json.Member("tool_call_id"u8, _ids.Of(result));
        if (result.IsError) writing.Lose(turn, result, "is_error", "chat completions have no mark for a failed tool");
        var words = result.Content.Where(p => ChatPartWriter.IsWords(p) || (_isOwn && p is not ToolResultPart)).ToList();
        foreach (var part in result.Content.Except(words))
        {
            if (part is MediaPart { Media: MediaKind.Image or MediaKind.Document }) _moved.Add((turn, result, part));
            else writing.Lose(turn, result, ChatPartWriter.Kind(part), "a tool's answer is text");
        }

        if (isLegacy && words.Count == 0) _json.Name("content"u8).Null();
        else Content(turn, words);
        if (result.CacheControl.HasValue && _parts.TakesCacheControl(turn, result)) _json.Member("cache_control"u8, result.CacheControl);
        if (_isOwn) End(turn);
        else _json.EndObject();
    }

    // Tool messages must stand together behind their calls, so images come behind the last of them.
    private void FlushMoved()
    {
        if (_moved.Count == 0) return;
        _json.BeginObject().Member("role"u8, "user"u8).BeginArray("content"u8);
        foreach (var (turn, result, media) in _moved)
        {
            writing.Lose(turn, result, ChatPartWriter.Kind(media), "moved to a user message: a tool's answer is text");
            var id = _ids.Of(result);
            _json.BeginObject().Member("type"u8, "text"u8)
                .Member("text"u8, new JsonString((byte[])[.. "Part of the result of tool call "u8, .. id.Span, .. ":"u8])).EndObject();
            _parts.Write(turn, media);
        }

        _json.EndArray().EndObject();
        _moved.Clear();
    }

    private void Assistant(List<Turn> turns)
    {
        var parts = turns.SelectMany(t => t.Parts.Select(p => (Turn: t, Part: p))).ToList();
        var content = new List<ContentPart>();
        var calls = new List<ToolCallPart>();
        var refusal = default(RefusalPart);
        foreach (var (turn, part) in parts)
        {
            if (part is ToolCallPart call && (!call.IsCustom || writing.Target.IsOpenAI || _isOwn)) calls.Add(call);
            else if (part is RefusalPart { Index: < 0 } said && refusal is null) refusal = said;
            else if (part is TextPart or RefusalPart || (part is OpaquePart { Origin: Dialect.OpenAIChat, Index: >= 0 } && _isOwn)) content.Add(part);
            else if (part is not ReasoningPart && !(part is OpaquePart { Origin: Dialect.OpenAIChat } && _isOwn))
                writing.Lose(turn, part, ChatPartWriter.Kind(part), "chat completions cannot play it back");
        }

        var reasoning = new ChatReasoningHistory(writing);
        reasoning.Choose(parts);
        if (content.Count == 0 && calls.Count == 0 && refusal is null && !reasoning.HasAny && !_isOwn) return;
        Begin("assistant"u8, turns[0]);
        if (content.Count == 0 && (calls.Count > 0 || refusal is not null || _isOwn)) _json.Name("content"u8).Null();
        else Content(turns[0], content);
        if (refusal is not null) _json.Member("refusal"u8, refusal.Text);
        reasoning.Write(_json);
        Calls(turns[0], calls, reasoning);
        End(turns[0]);
    }

    private void Calls(Turn turn, List<ToolCallPart> calls, ChatReasoningHistory reasoning)
    {
        var ordinary = calls.Where(c => !(_isOwn && ChatLegacy.IsOurs(c.Id))).ToList();
        if (ordinary.Count > 0) _json.BeginArray("tool_calls"u8);
        foreach (var call in ordinary)
        {
            _json.BeginObject().Member("id"u8, _ids.Of(call)).Member("type"u8, call.IsCustom ? "custom"u8 : "function"u8)
                .BeginObject(call.IsCustom ? "custom"u8 : "function"u8).Member("name"u8, writing.ToolName(call.Name))
                .Member(call.IsCustom ? "input"u8 : "arguments"u8, Arguments(call)).EndObject();
            if (reasoning.SignatureOf(call) is { IsPresent: true } signature)
            {
                _json.BeginObject("extra_content"u8).BeginObject("google"u8).Member("thought_signature"u8, signature).EndObject().EndObject();
            }

            foreach (var field in writing.Vendor(call.Vendor)) _json.Member(field.Name.Span, field.Value);
            if (call.CacheControl.HasValue && _parts.TakesCacheControl(turn, call)) _json.Member("cache_control"u8, call.CacheControl);
            _json.EndObject();
        }

        if (ordinary.Count > 0) _json.EndArray();
        foreach (var call in calls.Except(ordinary))
            _json.BeginObject("function_call"u8).Member("name"u8, writing.ToolName(call.Name)).Member("arguments"u8, Arguments(call)).EndObject();
    }

    private JsonString Arguments(ToolCallPart call)
    {
        if (call.Arguments.IsEmpty && !call.IsCustom && !_isOwn) return JsonString.Literal("{}"u8);
        return JsonString.Escape(call.Arguments.Span);
    }

    // A bare string where it was one, or where one text is all there is; else a list of parts.
    private void Content(Turn turn, List<ContentPart> parts)
    {
        _json.Name("content"u8);
        if (parts.Count == 0)
        {
            _json.Value(""u8);
            return;
        }

        if (parts.Count == 1 && ChatPartWriter.IsWords(parts[0]) && (!_isOwn || parts[0].Index < 0) && !_parts.NeedsObject(parts[0]))
        {
            _json.Value(_parts.Words(turn, parts[0]));
            if (parts[0].CacheControl.HasValue && _parts.TakesCacheControl(turn, parts[0])) _json.Member("cache_control"u8, parts[0].CacheControl);
            return;
        }

        _json.BeginArray();
        foreach (var part in parts) _parts.Write(turn, part);
        _json.EndArray();
    }

    private void Begin(ReadOnlySpan<byte> role, Turn turn)
    {
        _json.BeginObject().Member("role"u8, role);
        if (turn.Name.IsPresent) _json.Member("name"u8, turn.Name);
    }

    private void End(Turn turn)
    {
        foreach (var field in writing.Vendor(turn.Vendor)) _json.Member(field.Name.Span, field.Value);
        _json.EndObject();
    }
}
