using Parley.Dialects.Json;

namespace Parley.Dialects.GeminiContent;

/// <summary>
/// Google's <c>logprobsResult</c> (the chosen tokens in one list, the likeliest in another beside it) and OpenAI's list of tokens,
/// each with its alternatives. OpenAI's <c>bytes</c> are not made up; Google's <c>tokenId</c> has no place there.
/// </summary>
internal static class GeminiLogprobs
{
    /// <summary>OpenAI's list; none when there are no chosen tokens.</summary>
    internal static JsonValue Read(JsonValue result)
    {
        var chosen = GeminiName.Member(result, "chosenCandidates"u8);
        if (!chosen.IsArray) return default;
        using var buffer = new PooledBuffer();
        var json = new JsonOutput(buffer).BeginArray();
        var tops = GeminiName.Member(result, "topCandidates"u8).Items;
        foreach (var token in chosen.Items)
        {
            json.BeginObject();
            Token(token, json);
            json.BeginArray("top_logprobs"u8);
            if (tops.MoveNext())
            {
                foreach (var other in GeminiName.Member(tops.Current, "candidates"u8).Items)
                {
                    json.BeginObject();
                    Token(other, json);
                    json.EndObject();
                }
            }

            json.EndArray().EndObject();
        }

        json.EndArray();
        return new JsonValue(buffer.Span.ToArray());
    }

    /// <summary>Writes <c>logprobsResult</c> of OpenAI's lists, one for each piece of the text.</summary>
    internal static void Write(IReadOnlyList<JsonValue> lists, JsonOutput json)
    {
        json.BeginObject("logprobsResult"u8).BeginArray("topCandidates"u8);
        foreach (var list in lists)
        {
            foreach (var token in list.Items)
            {
                json.BeginObject().BeginArray("candidates"u8);
                foreach (var other in token.Member("top_logprobs"u8).Items) Candidate(other, json);
                json.EndArray().EndObject();
            }
        }

        json.EndArray().BeginArray("chosenCandidates"u8);
        foreach (var list in lists)
        {
            foreach (var token in list.Items) Candidate(token, json);
        }

        json.EndArray().EndObject();
    }

    private static void Token(JsonValue candidate, JsonOutput json)
    {
        json.Member("token"u8, GeminiName.Member(candidate, "token"u8).AsString());
        var value = GeminiName.Member(candidate, "logProbability"u8);
        json.Name("logprob"u8);
        if (value.AsDouble() is null) json.Value(0);
        else json.Value(value);
    }

    private static void Candidate(JsonValue token, JsonOutput json) => json.BeginObject()
        .Member("token"u8, token.Member("token"u8).AsString())
        .MemberIfPresent("logProbability"u8, token.Member("logprob"u8))
        .EndObject();
}
