using System.Globalization;
using System.Security.Cryptography;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Ids of calls in a request that is written: those that came, as OpenAI takes them, and made ones where the origin has none (Gemini).</summary>
internal sealed class ChatCallIds(bool isOwn)
{
    private const int Longest = 40; // "string too long. Expected a string with maximum length 40"

    private readonly Dictionary<JsonString, Queue<JsonString>> _unanswered = [];
    private int _made;

    internal JsonString Of(ToolCallPart call)
    {
        if (!call.Id.IsEmpty) return isOwn ? call.Id : Valid(call.Id);
        var id = Make();
        if (!_unanswered.TryGetValue(call.Name, out var ids)) _unanswered[call.Name] = ids = new Queue<JsonString>();
        ids.Enqueue(id);
        return id;
    }

    /// <summary>The id of the call that is answered: by its own id, else the first unanswered call of that name.</summary>
    internal JsonString Of(ToolResultPart result)
    {
        if (!result.CallId.IsEmpty) return isOwn ? result.CallId : Valid(result.CallId);
        return _unanswered.TryGetValue(result.Name, out var ids) && ids.TryDequeue(out var id) ? id : Make();
    }

    private static JsonString Valid(JsonString id) =>
        id.Raw.Length is > 0 and <= Longest ? id : JsonString.From("call_" + Convert.ToHexStringLower(SHA256.HashData(id.ToUtf8().Span))[..32]);

    private JsonString Make() => JsonString.From(string.Create(CultureInfo.InvariantCulture, $"call_{_made++}"));
}
