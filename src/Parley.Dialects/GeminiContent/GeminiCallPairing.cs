using System.Globalization;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Pairs results with calls while a request is read: by id, else the first unanswered call of that name, since ids are optional in
/// Google's dialect. Ids that are made tell the place of the call, so the same history always gives the same ones.
/// </summary>
internal sealed class GeminiCallPairing
{
    private readonly Dictionary<JsonString, Queue<OpenCall>> _byId = [];
    private readonly Dictionary<JsonString, Queue<OpenCall>> _byName = [];

    /// <summary>Notes a call, and gives its id.</summary>
    internal JsonString Call(JsonString id, JsonString name, int content, int part)
    {
        if (id.IsEmpty) id = Made(content, part);
        var call = new OpenCall(id);
        Note(_byId, id, call);
        Note(_byName, name, call);
        return id;
    }

    /// <summary>The id of the call that a result answers.</summary>
    internal JsonString Result(JsonString id, JsonString name, int content, int part)
    {
        var call = id.IsEmpty ? Take(_byName, name) : Take(_byId, id);
        return call?.Id ?? (id.IsEmpty ? Made(content, part) : id);
    }

    private static void Note(Dictionary<JsonString, Queue<OpenCall>> calls, JsonString key, OpenCall call)
    {
        if (!calls.TryGetValue(key, out var open)) calls[key] = open = new();
        open.Enqueue(call);
    }

    // Those that were answered by the other key are passed over when their turn comes.
    private static OpenCall? Take(Dictionary<JsonString, Queue<OpenCall>> calls, JsonString key)
    {
        if (!calls.TryGetValue(key, out var open)) return null;
        while (open.TryDequeue(out var call))
        {
            if (call.IsAnswered) continue;
            call.IsAnswered = true;
            return call;
        }

        return null;
    }

    private static JsonString Made(int content, int part) => JsonString.From(string.Create(CultureInfo.InvariantCulture, $"call_g{content}_{part}"));

    private sealed class OpenCall(JsonString id)
    {
        internal JsonString Id => id;

        internal bool IsAnswered { get; set; }
    }
}
