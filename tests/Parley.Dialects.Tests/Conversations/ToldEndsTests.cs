namespace Parley.Dialects.Tests.Conversations;

/// <summary>The end of an answer as the provider told it: nothing is made up, and a failed turn does not look finished.</summary>
public sealed class ToldEndsTests
{
    private const string Untold = """{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}""";
    private const string Malformed = """{"candidates":[{"content":{},"finishReason":"MALFORMED_FUNCTION_CALL","index":0}],"usageMetadata":{"promptTokenCount":1}}""";

    [Fact]
    public void Stream_WithAnEndButNoReason_SaysThatNoneWasTold()
    {
        Assert.Equal("null", Last(Dialect.OpenAIChat, "\"finish_reason\":", Untold, "[DONE]"));
        Assert.Equal("null", Last(Dialect.AnthropicMessages, "\"stop_reason\":", Untold, "[DONE]"));
        Assert.Equal("OTHER", Last(Dialect.GeminiContent, "\"finishReason\":", Untold, "[DONE]"));
        var (text, tap, _) = Translated.Stream(Dialect.OpenAIChat, Dialect.OpenAIResponses, Untold, "[DONE]");
        Assert.True(tap.IsFinished);
        Assert.Contains("event: response.incomplete", text, StringComparison.Ordinal);
        Assert.Null(tap.Reply.FinishReason);
    }

    [Fact]
    public void Stream_WithNothingButItsEnd_IsNoSuccess()
    {
        Assert.Contains("response.incomplete", Translated.Stream(Dialect.OpenAIChat, Dialect.OpenAIResponses, "[DONE]").Text, StringComparison.Ordinal);
        Assert.Equal("null", Last(Dialect.AnthropicMessages, "\"stop_reason\":", "[DONE]"));
    }

    [Fact]
    public void Body_WithoutAReason_SaysThatNoneWasTold()
    {
        const string Body = """{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"a"},"finish_reason":null}]}""";
        Assert.Null(Translated.Plain(Dialect.OpenAIChat, Dialect.OpenAIChat, Body).Body["choices"]![0]!["finish_reason"]);
        Assert.Null(Translated.Plain(Dialect.OpenAIChat, Dialect.AnthropicMessages, Body).Body["stop_reason"]);
        Assert.Equal("incomplete", Translated.Plain(Dialect.OpenAIChat, Dialect.OpenAIResponses, Body).Body["status"]!.ToString());
        Assert.Equal("OTHER", Translated.Plain(Dialect.OpenAIChat, Dialect.GeminiContent, Body).Body["candidates"]![0]!["finishReason"]!.ToString());
    }

    [Fact]
    public void MalformedCall_WithNothingSaid_IsAnErrorToAMessagesCaller()
    {
        var (text, tap, _) = Translated.Stream(Dialect.GeminiContent, Dialect.AnthropicMessages, Malformed);
        Assert.Equal("upstream_failed", tap.Reply.ErrorCode);
        Assert.Contains("event: error", text, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", text, StringComparison.Ordinal);
    }

    [Fact]
    public void MalformedCall_BehindText_EndsTheTurnAndIsReported()
    {
        var said = Malformed.Replace("\"content\":{}", "\"content\":{\"parts\":[{\"text\":\"I look.\"}]}", StringComparison.Ordinal);
        var (text, tap, context) = Translated.Stream(Dialect.GeminiContent, Dialect.AnthropicMessages, said);
        Assert.Null(tap.Reply.ErrorCode);
        Assert.Contains("\"stop_reason\":\"end_turn\"", text, StringComparison.Ordinal);
        Assert.Contains("reply.finish_reason", context.Losses.Losses.Select(loss => loss.Path));
    }

    [Theory]
    [InlineData("MALFORMED_FUNCTION_CALL")]
    [InlineData("TOO_MANY_TOOL_CALLS")]
    public void FailedTurn_OfGemini_KeepsItsWordInOpenAIsDialects(string word)
    {
        var body = Malformed.Replace("MALFORMED_FUNCTION_CALL", word, StringComparison.Ordinal);
        var (chat, context) = Translated.Plain(Dialect.GeminiContent, Dialect.OpenAIChat, body);
        Assert.Equal(word, chat["choices"]![0]!["finish_reason"]!.ToString());
        Assert.Contains("reply.finish_reason", context.Losses.Losses.Select(loss => loss.Path));
        var (responses, report) = Translated.Plain(Dialect.GeminiContent, Dialect.OpenAIResponses, body);
        Assert.Equal(("incomplete", word), (responses["status"]!.ToString(), responses["incomplete_details"]!["reason"]!.ToString()));
        Assert.Contains("reply.finish_reason", report.Losses.Losses.Select(loss => loss.Path));
    }

    [Fact]
    public void Responses_IncompleteForAnUnknownReason_IsNotFinishedInChat()
    {
        const string Body = """{"id":"r","status":"incomplete","incomplete_details":{"reason":"new_reason"},"output":[],"model":"m"}""";
        Assert.Equal("new_reason", Translated.Plain(Dialect.OpenAIResponses, Dialect.OpenAIChat, Body).Body["choices"]![0]!["finish_reason"]!.ToString());
    }

    [Fact]
    public void RefusalAlone_IsARefusalToAMessagesCaller()
    {
        const string Body = """{"id":"c","model":"m","choices":[{"index":0,"message":{"content":null,"refusal":"No."},"finish_reason":"stop"}]}""";
        var (message, _) = Translated.Plain(Dialect.OpenAIChat, Dialect.AnthropicMessages, Body);
        Assert.Equal(("refusal", "No."), (message["stop_reason"]!.ToString(), message["content"]![0]!["text"]!.ToString()));
        Assert.Equal("refusal", Last(Dialect.AnthropicMessages, "\"stop_reason\":", """{"id":"c","choices":[{"index":0,"delta":{"refusal":"No."}}]}""", """{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", "[DONE]"));
    }

    [Fact]
    public void RefusalBehindText_IsAnOrdinaryEndToAMessagesCaller()
    {
        const string Body = """{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"Well.","refusal":"No."},"finish_reason":"stop"}]}""";
        Assert.Equal("end_turn", Translated.Plain(Dialect.OpenAIChat, Dialect.AnthropicMessages, Body).Body["stop_reason"]!.ToString());
    }

    // The last value of a member in a chat stream's translation.
    private static string Last(Dialect surface, string member, params string[] events)
    {
        var (text, tap, _) = Translated.Stream(Dialect.OpenAIChat, surface, events);
        Assert.True(tap.IsFinished);
        var rest = text[(text.LastIndexOf(member, StringComparison.Ordinal) + member.Length)..];
        return rest[..rest.IndexOfAny([',', '}'])].Trim('"');
    }
}
