using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Ids for calls and results that came without (Gemini pairs them by name): made from the call's place, so that both agree.</summary>
internal sealed class ConverseCallIds
{
    private readonly Dictionary<ContentPart, JsonString> _ids = [];
    private readonly bool _isOwn;

    private ConverseCallIds(bool isOwn) => _isOwn = isOwn;

    internal static ConverseCallIds Of(Conversation conversation)
    {
        var ids = new ConverseCallIds(conversation.Origin == Dialect.BedrockConverse);
        var waiting = new Dictionary<string, Queue<JsonString>>(StringComparer.Ordinal);
        foreach (var turn in conversation.Turns)
        {
            for (var i = 0; i < turn.Parts.Count; i++)
            {
                if (turn.Parts[i] is ToolCallPart { Id.IsEmpty: true } call)
                {
                    var made = JsonString.From($"call_{turn.Index}_{i}");
                    ids._ids[call] = made;
                    var name = call.Name.ToText();
                    if (!waiting.TryGetValue(name, out var queue)) waiting[name] = queue = new();
                    queue.Enqueue(made);
                }
                else if (turn.Parts[i] is ToolResultPart { CallId.IsEmpty: true } result)
                {
                    ids._ids[result] = waiting.TryGetValue(result.Name.ToText(), out var queue) && queue.TryDequeue(out var made)
                        ? made
                        : JsonString.From($"call_{turn.Index}_{i}");
                }
            }
        }

        return ids;
    }

    internal JsonString Of(ToolCallPart call) => Of(call, call.Id);

    internal JsonString Of(ToolResultPart result) => Of(result, result.CallId);

    private JsonString Of(ContentPart part, JsonString id) => _ids.TryGetValue(part, out var made) ? made : _isOwn ? id : ToolIds.Safe(id);
}
