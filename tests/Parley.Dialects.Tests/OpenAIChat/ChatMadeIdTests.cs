namespace Parley.Dialects.Tests.OpenAIChat;

public sealed class ChatMadeIdTests
{
    private const string End = """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""";

    [Fact]
    public void Id_OfACallWithoutOne_DiffersFromAnswerToAnswer()
    {
        var first = Ids(Chunk(1, "Paris"));
        Assert.Equal(first, Ids(Chunk(1, "Paris")));
        Assert.Equal(2, first.Distinct().Count());
        Assert.NotEqual(first, Ids(Chunk(2, "Paris")));
        Assert.NotEqual(first, Ids(Chunk(1, "Rome")));
        Assert.All(first, id => Assert.Matches("^call_[a-z0-9_]{1,35}$", id));
    }

    [Fact]
    public void Id_OfACallInABody_DiffersFromAnswerToAnswer()
    {
        using var first = ChatRun.Fold(Body(1));
        using var second = ChatRun.Fold(Body(2));
        Assert.NotEqual(first.Parts[0].Id.ToText(), second.Parts[0].Id.ToText());
    }

    private static string Body(int created) =>
        $$$"""{"created":{{{created}}},"choices":[{"index":0,"message":{"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""";

    private static string Chunk(int created, string city) => $$$"""
        {"created":{{{created}}},"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{\"city\":\"{{{city}}}\"}"}},{"index":1,"function":{"name":"g","arguments":"{}"}}]}}]}
        """;

    private static List<string> Ids(string chunk)
    {
        using var reply = ChatRun.FoldStream(ChatRun.Events([chunk, End, "[DONE]"]));
        return [.. reply.Parts.Select(part => part.Id.ToText())];
    }
}
