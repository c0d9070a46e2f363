using Parley.Dialects.Conversations;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Sorts the turns of a conversation into Google's contents: system text apart, adjacent turns of one speaker merged, tool results
/// alone in their content, with what else the user says in one of its own behind it. A request of Google's own dialect keeps its
/// boundaries. Reports what no part can hold.
/// </summary>
internal sealed class GeminiDrafting(RequestWriting writing)
{
    private readonly bool _isOwn = writing.Conversation.Origin == Dialect.GeminiContent;

    internal List<(Turn Turn, ContentPart Part)> System { get; } = [];

    internal List<GeminiContentDraft> Contents { get; } = [];

    internal void Run()
    {
        foreach (var turn in writing.Conversation.Turns)
        {
            if (turn.Name.IsPresent) writing.Lose(turn, null, "name", "Gemini has no names of speakers");
            if (turn.Role is TurnRole.System or TurnRole.Developer) AddSystem(turn);
            else if (_isOwn) AddOwn(turn);
            else Add(turn);
        }

        if (Contents.Count == 0 && System.Count > 0 && !_isOwn)
        {
            // Instructions alone are no request to Google: they are asked as a question.
            var question = new GeminiContentDraft(TurnRole.User, false);
            question.Parts.AddRange(System);
            System.Clear();
            Contents.Add(question);
        }

        if (Contents.Count == 0)
        {
            var path = writing.Conversation.Origin switch
            {
                Dialect.OpenAIResponses => "input",
                Dialect.GeminiContent => "contents",
                _ => "messages",
            };
            throw new DialectException(path, $"'{path}' has nothing to answer.");
        }
    }

    private void AddSystem(Turn turn)
    {
        if (!_isOwn) writing.Vendor(turn.Vendor);
        foreach (var part in turn.Parts)
        {
            if (part is TextPart or RefusalPart || _isOwn)
            {
                if (IsKept(turn, part)) System.Add((turn, part));
            }
            else
            {
                writing.Lose(turn, part, "", "Gemini's instructions are text only");
            }
        }
    }

    private void AddOwn(Turn turn)
    {
        var isResults = turn.Parts.Count > 0 && turn.Parts.TrueForAll(part => part is ToolResultPart);
        var content = new GeminiContentDraft(turn.Role, isResults) { Vendor = turn.Vendor };
        foreach (var part in turn.Parts)
        {
            if (IsKept(turn, part)) content.Parts.Add((turn, part));
        }

        Contents.Add(content);
    }

    private void Add(Turn turn)
    {
        writing.Vendor(turn.Vendor);
        var role = turn.Role == TurnRole.Assistant ? TurnRole.Assistant : TurnRole.User;
        foreach (var part in turn.Parts)
        {
            if (part is ToolResultPart && IsKept(turn, part)) Draft(role, true).Parts.Add((turn, part));
        }

        // Models before 3 take no media inside a result.
        if (writing.Traits.Reasoning != Models.ReasoningStyle.Level)
        {
            foreach (var media in turn.Parts.OfType<ToolResultPart>().SelectMany(result => result.Content).OfType<MediaPart>())
            {
                if (IsKept(turn, media)) Draft(role, false).Parts.Add((turn, media));
            }
        }

        foreach (var part in turn.Parts)
        {
            if (part is not ToolResultPart && IsKept(turn, part)) Draft(role, false).Parts.Add((turn, part));
        }
    }

    // The results of one step stand together, right behind their calls, whatever else came between them: Google counts them ("the
    // number of function response parts is equal to the number of function call parts of the function call turn").
    private GeminiContentDraft Draft(TurnRole role, bool isResults)
    {
        if (Contents.Count > 0 && Contents[^1].Role == role && Contents[^1].IsResults == isResults) return Contents[^1];
        if (isResults && Contents.Count > 1 && Contents[^1].Role == role)
        {
            if (Contents[^2].Role == role) return Contents[^2];
            Contents.Insert(Contents.Count - 1, new GeminiContentDraft(role, true));
            return Contents[^2];
        }

        Contents.Add(new GeminiContentDraft(role, isResults));
        return Contents[^1];
    }

    /// <summary>Whether a part can be written; what cannot is reported. Throws for an address that nobody fetched.</summary>
    private bool IsKept(Turn turn, ContentPart part)
    {
        if (part.CacheControl.HasValue) writing.Lose(turn, part, "cache_control", "Gemini caches by itself, or by cachedContent");
        if (!_isOwn) writing.Vendor(part.Vendor);
        switch (part)
        {
            case TextPart text:
                if (text.Citations is { Count: > 0 }) writing.Lose(turn, part, "citations", "Gemini takes no citations back");
                return _isOwn || !text.Text.IsEmpty;
            case RefusalPart refusal:
                return !refusal.Text.IsEmpty;
            case MediaPart media:
                return IsKept(turn, media);
            case ReasoningPart { Origin: ReasoningOrigin.Gemini } thought:
                return !thought.Text.IsEmpty || !thought.Signature.IsEmpty;
            case ReasoningPart:
                writing.Lose(turn, part, "reasoning", "only the family that thought it can read it");
                return false;
            case OpaquePart opaque when opaque.Origin != Dialect.GeminiContent:
                writing.Lose(turn, part, "block", $"only {opaque.Origin} has it");
                return false;
            default:
                return true;
        }
    }

    private bool IsKept(Turn turn, MediaPart media)
    {
        if (media.Source == MediaSourceKind.FileId)
        {
            writing.Lose(turn, media, "file_id", "the file is in another vendor's store");
            return false;
        }

        if (_isOwn) return true;
        if (MediaNeeds.MustInline(Dialect.GeminiContent, media))
        {
            var path = ConversationPaths.Of(writing.Conversation.Origin, turn, media, "");
            throw new DialectException(path, $"'{path}' is an address that Gemini cannot read itself, and its bytes are not at hand.");
        }

        if (media.Detail.IsPresent && !media.Detail.Is("auto"u8)) writing.Lose(turn, media, "detail", "Gemini has no word for it");
        return true;
    }
}
