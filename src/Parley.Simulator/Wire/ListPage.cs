using System.Globalization;
using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>One page of a list, as OpenAI pages: <c>limit</c>, <c>order</c>, <c>after</c>, <c>before</c>; with <c>first_id</c>, <c>last_id</c>, <c>has_more</c>.</summary>
internal static class ListPage
{
    /// <summary><paramref name="usual"/> is the limit of a request that names none, <paramref name="most"/> the highest.</summary>
    public static SimulatedReply Reply<T>(SimulatedCall call, IEnumerable<T> oldestFirst, Func<T, string> idOf, Func<T, JsonNode> write, int usual = 20, int most = 100)
    {
        if (Check(call, most) is { } refusal)
            return refusal.ToReply(call);
        var all = oldestFirst.Select(one => (Id: idOf(one), Value: one)).ToList();
        if (call.Query("order") is null or "desc")
            all.Reverse();
        if (call.Query("after") is { Length: > 0 } after)
            all.RemoveRange(0, all.FindIndex(one => one.Id == after) + 1);
        if (call.Query("before") is { Length: > 0 } before && all.FindIndex(one => one.Id == before) is >= 0 and var end)
            all.RemoveRange(end, all.Count - end);
        var limit = call.Query("limit") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
        var page = all.Take(limit).ToList();
        return SimulatedReply.Json(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. page.Select(one => write(one.Value))]),
            ["first_id"] = page.Count > 0 ? page[0].Id : null,
            ["last_id"] = page.Count > 0 ? page[^1].Id : null,
            ["has_more"] = all.Count > page.Count,
        });
    }

    private static Refusal? Check(SimulatedCall call, int most)
    {
        if (call.Query("order") is { } order and not ("asc" or "desc"))
            return new Refusal(400, $"Invalid value: '{order}'. Supported values are: 'asc' and 'desc'.", Param: "order", Code: "invalid_value");
        if (call.Query("limit") is not { } text)
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit))
            return new Refusal(400, "Invalid type for 'limit': expected an integer, but got a string instead.", Param: "limit", Code: "invalid_type");
        if (limit < 1)
        {
            return new Refusal(400, $"Invalid 'limit': integer below minimum value. Expected a value >= 1, but got {limit} instead.",
                Param: "limit", Code: "integer_below_min_value");
        }
        return limit > most
            ? new Refusal(400, $"Invalid 'limit': integer above maximum value. Expected a value <= {most}, but got {limit} instead.",
                Param: "limit", Code: "integer_above_max_value")
            : null;
    }
}
