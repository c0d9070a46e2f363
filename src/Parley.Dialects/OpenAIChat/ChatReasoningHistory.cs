using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// What of an assistant's thoughts goes back to the provider: to OpenAI nothing, whose chat completions take none; to compatible
/// servers the unsigned text, and what a client of this dialect has sent, as it sent it. The rest is reported.
/// </summary>
internal sealed class ChatReasoningHistory(RequestWriting writing)
{
    private readonly List<ReasoningPart> _texts = [];
    private readonly List<ContentPart> _details = [];
    private readonly Dictionary<JsonString, JsonString> _onCalls = [];

    internal bool HasAny => _texts.Count + _details.Count > 0;

    internal void Choose(List<(Turn Turn, ContentPart Part)> parts)
    {
        var isOwn = writing.Conversation.Origin == Dialect.OpenAIChat;
        var calls = parts.Select(p => p.Part).OfType<ToolCallPart>().Select(c => c.Id).ToHashSet();
        foreach (var (turn, part) in parts)
        {
            if (part is OpaquePart { Origin: Dialect.OpenAIChat, Index: < 0 } && isOwn)
            {
                if (writing.Target.IsOpenAI) writing.Lose(turn, part, "reasoning_details", "OpenAI takes no thoughts back here");
                else _details.Add(part);
            }

            if (part is not ReasoningPart thought) continue;
            var isSigned = thought.Origin != ReasoningOrigin.None || thought.Signature.IsPresent || thought.Redacted.IsPresent || thought.Id.IsPresent;
            if (writing.Target.IsOpenAI) writing.Lose(turn, part, "reasoning", "OpenAI's chat completions take no thoughts back");
            else if (isOwn && thought.Origin == ReasoningOrigin.Gemini && !thought.Text.IsPresent && calls.Contains(thought.CallId)) _onCalls.TryAdd(thought.CallId, thought.Signature);
            else if (isSigned && !isOwn) writing.Lose(turn, part, "reasoning", "its signature belongs to another vendor");
            else
            {
                if (!thought.Text.IsEmpty) _texts.Add(thought);
                if (isSigned || thought.IsSummary) _details.Add(thought);
            }
        }
    }

    /// <summary>Gemini's signature of a call; none when there is none.</summary>
    internal JsonString SignatureOf(ToolCallPart call) => _onCalls.GetValueOrDefault(call.Id);

    internal void Write(JsonOutput json)
    {
        if (_texts.Count > 0)
        {
            json.Name("reasoning_content"u8).BeginString();
            foreach (var text in _texts) json.Piece(text.Text.Span);
            json.EndString();
        }

        if (_details.Count == 0) return;
        json.BeginArray("reasoning_details"u8);
        var index = 0;
        foreach (var detail in _details)
        {
            if (detail is ReasoningPart thought) ChatReasoningDetails.Write(json, thought, ref index);
            else json.Value(((OpaquePart)detail).Raw);
        }

        json.EndArray();
    }
}
