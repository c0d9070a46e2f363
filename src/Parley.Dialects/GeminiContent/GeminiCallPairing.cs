using System.Globalization;
using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Pairs results with calls while a request is read: by id, else the first unanswered call of that name, since ids are optional in
/// Google's dialect. Ids that are made tell the place of the call, so the same history always gives the same ones.
/// </summary>
internal sealed class GeminiCallPairing
{
    private readonly List<(JsonString Id, JsonString Name)> _open = [];

    /// <summary>Notes a call, and gives its id.</summary>
    internal JsonString Call(JsonString id, JsonString name, int content, int part)
    {
        if (id.IsEmpty) id = Made(content, part);
        _open.Add((id, name));
        return id;
    }

    /// <summary>The id of the call that a result answers.</summary>
    internal JsonString Result(JsonString id, JsonString name, int content, int part)
    {
        var at = _open.FindIndex(call => id.IsEmpty ? call.Name == name : call.Id == id);
        if (at < 0) return id.IsEmpty ? Made(content, part) : id;
        id = _open[at].Id;
        _open.RemoveAt(at);
        return id;
    }

    private static JsonString Made(int content, int part) => JsonString.From(string.Create(CultureInfo.InvariantCulture, $"call_g{content}_{part}"));
}
