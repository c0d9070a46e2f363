using System.Globalization;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Ids of calls in a request that is written: those that came, as OpenAI takes them, and made ones where the origin has none (Gemini).</summary>
internal sealed class ChatCallIds(bool isOwn)
{
    private readonly List<(JsonString Name, JsonString Id)> _unanswered = [];
    private int _made;

    internal JsonString Of(ToolCallPart call)
    {
        if (!call.Id.IsEmpty) return isOwn ? call.Id : ChatToolNames.ValidId(call.Id);
        var id = JsonString.From(string.Create(CultureInfo.InvariantCulture, $"call_{_made++}"));
        _unanswered.Add((call.Name, id));
        return id;
    }

    /// <summary>The id of the call that is answered: by its own id, else the first unanswered call of that name.</summary>
    internal JsonString Of(ToolResultPart result)
    {
        if (!result.CallId.IsEmpty) return isOwn ? result.CallId : ChatToolNames.ValidId(result.CallId);
        var at = _unanswered.FindIndex(c => c.Name == result.Name);
        if (at < 0) return JsonString.From(string.Create(CultureInfo.InvariantCulture, $"call_{_made++}"));
        var id = _unanswered[at].Id;
        _unanswered.RemoveAt(at);
        return id;
    }
}
