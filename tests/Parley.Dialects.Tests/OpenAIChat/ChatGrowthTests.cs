using System.Diagnostics;
using System.Text;
using Parley.Dialects.Tests.Conversations;

namespace Parley.Dialects.Tests.OpenAIChat;

/// <summary>Bodies made to cost more than their length: many small things of one kind.</summary>
public sealed class ChatGrowthTests
{
    [Fact]
    public void ReasoningPieces_OfOneBlock_AreCopiedOnce()
    {
        var (few, many) = (Pieces(2_000), Pieces(8_000));
        ChatRun.Read(few);
        var before = Allocated(few);
        var after = Allocated(many);
        Assert.True(after < 6 * before, $"{before} bytes for 2000 pieces, {after} for 8000");
    }

    [Fact]
    public void ReasoningPieces_AreJoinedInOrder()
    {
        var turn = ChatRun.Read("""
            {"model":"m","messages":[{"role":"assistant","content":"x","reasoning_details":[
             {"type":"reasoning.text","text":"a","index":0},{"type":"reasoning.text","text":"b","index":0},{"type":"reasoning.text","text":"","signature":"s","index":0},
             {"type":"reasoning.text","text":"c","index":0,"signature":"t","format":"anthropic-claude-v1"},{"type":"reasoning.text","text":"d","index":1},
             {"type":"reasoning.summary","summary":"e","index":2},{"type":"reasoning.encrypted","data":"z","format":"openai-responses-v1"},
             {"type":"reasoning.summary","summary":"f","index":2}]}]}
            """).Turns[0];
        var thoughts = turn.Parts.OfType<Parley.Dialects.Conversations.ReasoningPart>().Select(p => (p.Text.ToText(), p.Signature.ToText())).ToList();
        Assert.Equal([("abc", "st"), ("d", ""), ("ef", "z")], thoughts);
    }

    [Fact]
    public void SignaturesOfCalls_AreFoundWithoutASearch()
    {
        const int Count = 30_000;
        var message = new StringBuilder("""{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":null,"tool_calls":[""");
        for (var i = 0; i < Count; i++)
        {
            if (i > 0) message.Append(',');
            message.Append(System.Globalization.CultureInfo.InvariantCulture, $$$$"""{"id":"call_{{{{i}}}}","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}""");
        }

        var request = ChatRun.Read(message.Append("]}]}").ToString());
        var start = Stopwatch.GetTimestamp();
        var (body, _, _) = ChatRun.Write(request, ChatRun.Compatible);
        // 30000 times 30000 comparisons take half a minute; the bound leaves a slow machine room for the linear way.
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
        Assert.Equal("s", body["messages"]![1]!["tool_calls"]![Count - 1]!["extra_content"]!["google"]!["thought_signature"]!.ToString());
    }

    [Fact]
    public void NamesOfCalledTools_AreGatheredWithoutASearch()
    {
        const int Count = 30_000;
        var parts = string.Join(',', Enumerable.Range(0, Count).Select(i => $$$"""{"id":"call_{{{i}}}","type":"function","function":{"name":"tool_{{{i}}}","arguments":"{}"}}"""));
        var request = $$"""{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":null,"tool_calls":[{{parts}}]}]}""";
        var start = Stopwatch.GetTimestamp();
        var (body, _, _) = Translated.Request(Dialect.OpenAIChat, request, Dialect.AnthropicMessages, "claude-sonnet-4-5");
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
        Assert.Equal(Count, body["tools"]!.AsArray().Count);
    }

    private static string Pieces(int count) =>
        $$"""{"model":"m","messages":[{"role":"assistant","content":"x","reasoning_details":[{{string.Join(',', Enumerable.Repeat("""{"type":"reasoning.text","text":"wwwwwwww","index":0}""", count))}}]}]}""";

    private static long Allocated(string request)
    {
        var start = GC.GetAllocatedBytesForCurrentThread();
        ChatRun.Read(request);
        return GC.GetAllocatedBytesForCurrentThread() - start;
    }
}
