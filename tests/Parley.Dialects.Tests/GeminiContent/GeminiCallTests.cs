using Parley.Dialects.Conversations;

namespace Parley.Dialects.Tests.GeminiContent;

/// <summary>Calls without ids, their pairing, and the sources of answers.</summary>
public sealed class GeminiCallTests
{
    private const string Call = """{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":1}}}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":COUNT}}""";

    [Fact]
    public void CallWithoutIds_InTwoAnswers_HasTwoIds()
    {
        var first = Id(Call.Replace("COUNT", "10", StringComparison.Ordinal));
        Assert.Equal(first, Id(Call.Replace("COUNT", "10", StringComparison.Ordinal)));
        Assert.NotEqual(first, Id(Call.Replace("COUNT", "25", StringComparison.Ordinal)));
        Assert.Matches("^call_g[0-9a-f]{16}_0$", first);
    }

    [Fact]
    public void CallWithoutIds_BackInItsOwnDialect_HasNone()
    {
        var body = Call.Replace("COUNT", "10", StringComparison.Ordinal);
        Assert.DoesNotContain("\"id\"", Gemini.WriteReply(Gemini.ReadReply(body).Folded, "m", "x"), StringComparison.Ordinal);
        Assert.DoesNotContain("\"id\"", Gemini.Rewrite(Gemini.Sse([body]), "m", "x"), StringComparison.Ordinal);
    }

    [Fact]
    public void Results_InAnyOrder_FindTheirCalls()
    {
        var conversation = Gemini.Read("""
            {"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","id":"x"}},{"functionCall":{"name":"f"}},{"functionCall":{"name":"g"}}]},
             {"role":"user","parts":[{"functionResponse":{"name":"g","response":{}}},{"functionResponse":{"name":"f","response":{}}},
              {"functionResponse":{"name":"f","id":"x","response":{}}},{"functionResponse":{"name":"f","response":{}}},{"functionResponse":{"name":"f","response":{}}}]}]}
            """);
        Assert.Equal(
            ["call_g0_2", "x", "x", "call_g0_1", "call_g1_4"],
            conversation.Turns[1].Parts.Cast<ToolResultPart>().Select(result => result.CallId.ToText()));
    }

    [Fact]
    public void CallsAndResultsInReverse_TakeTimeInProportion()
    {
        Growth.IsInProportion(2500, count =>
        {
            var calls = Growth.Repeat(count, i => $$$$$"""{"functionCall":{"name":"f","id":"c{{{{{i}}}}}"}}""");
            var results = Growth.Repeat(count, i => $$$$$"""{"functionResponse":{"name":"f","id":"c{{{{{count - 1 - i}}}}}","response":{}}}""");
            return $$$$$"""{"contents":[{"role":"model","parts":[{{{{{calls}}}}}]},{"role":"user","parts":[{{{{{results}}}}}]}]}""";
        }, body => Gemini.Read(body));
    }

    [Fact]
    public void Sources_BesideACall_StandOnTheTextBeforeIt()
    {
        const string Body = """
            {"candidates":[{"content":{"parts":[{"text":"It is so."},{"functionCall":{"name":"f","args":{}}}],"role":"model"},"finishReason":"STOP","index":0,
             "groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a","title":"A"}}],"groundingSupports":[{"segment":{"endIndex":9},"groundingChunkIndices":[0]}]},
             "citationMetadata":{"citationSources":[{"uri":"https://b"}]}}]}
            """;
        Assert.Equal(["https://a", "https://b"], Gemini.ReadReply(Body).Folded.Parts[0].Citations!.Select(citation => citation.Url.ToText()));
        // And on the text of the response before, which this one ends.
        var chunks = new[]
        {
            """{"candidates":[{"content":{"parts":[{"text":"It is so."}],"role":"model"},"index":0}]}""",
            Body.Replace("{\"text\":\"It is so.\"},", "", StringComparison.Ordinal).ReplaceLineEndings(""),
        };
        Assert.Equal(["https://a", "https://b"], Gemini.ReadStream(Gemini.Sse(chunks)).Folded.Parts[0].Citations!.Select(citation => citation.Url.ToText()));
    }

    private static string Id(string body) => Gemini.ReadReply(body).Folded.Parts[0].Id.ToText();
}
