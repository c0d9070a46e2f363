using Parley.Dialects.Tests.Conversations;

namespace Parley.Dialects.Tests.Models;

/// <summary>How much to think, from one family's words into another's.</summary>
public sealed class EffortTests
{
    [Theory]
    [InlineData("gpt-5.1", "xhigh", "high")]
    [InlineData("gpt-5.1", "minimal", "low")]
    [InlineData("gpt-5.2", "xhigh", "xhigh")]
    [InlineData("gpt-5.2", "max", "xhigh")]
    [InlineData("gpt-5", "max", "high")]
    [InlineData("gpt-5", "minimal", "minimal")]
    [InlineData("gpt-5-pro", "low", "high")]
    [InlineData("o3", "minimal", "low")]
    [InlineData("o4-mini", "xhigh", "high")]
    [InlineData("gpt-6", "max", "high")]
    [InlineData("gpt-6", "xhigh", "xhigh")]
    public void Effort_ThatTheModelDoesNotKnow_IsTheNearestAndReported(string model, string asked, string sent)
    {
        var request = $$$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"output_config":{"effort":"{{{asked}}}"}}""";
        var (chat, lostByChat, _) = Translated.Request(Dialect.AnthropicMessages, request, Dialect.OpenAIChat, model);
        var (responses, lostByResponses, _) = Translated.Request(Dialect.AnthropicMessages, request, Dialect.OpenAIResponses, model);
        Assert.Equal((sent, sent), (chat["reasoning_effort"]!.ToString(), responses["reasoning"]!["effort"]!.ToString()));
        Assert.Equal((asked != sent, asked != sent), (lostByChat.Contains("output_config.effort"), lostByResponses.Contains("output_config.effort")));
    }

    [Theory]
    [InlineData("gpt-5.1", "none", false)]
    [InlineData("gpt-5", "minimal", true)]
    [InlineData("o3", "low", true)]
    [InlineData("gpt-4o", null, false)]
    [InlineData("some-deployment", null, true)]
    public void ThinkingOff_WhereItCannotBe_IsReported(string model, string? sent, bool isLost)
    {
        const string Request = """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"thinking":{"type":"disabled"}}""";
        var (chat, lostByChat, _) = Translated.Request(Dialect.AnthropicMessages, Request, Dialect.OpenAIChat, model);
        var (responses, lostByResponses, _) = Translated.Request(Dialect.AnthropicMessages, Request, Dialect.OpenAIResponses, model);
        Assert.Equal((sent, sent), (chat["reasoning_effort"]?.ToString(), responses["reasoning"]?["effort"]?.ToString()));
        Assert.Equal((isLost, isLost), (lostByChat.Contains("thinking.type"), lostByResponses.Contains("thinking.type")));
    }

    [Theory]
    [InlineData("gpt-5.1", "medium")]
    [InlineData("gpt-5", null)]
    [InlineData("gpt-4o", null)]
    public void ThinkingWithoutAWordForHowMuch_IsAskedOfModelsThatDoNotThinkUnasked(string model, string? sent)
    {
        const string Request = """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"thinking":{"type":"adaptive"}}""";
        var (chat, _, _) = Translated.Request(Dialect.AnthropicMessages, Request, Dialect.OpenAIChat, model);
        var (responses, _, _) = Translated.Request(Dialect.AnthropicMessages, Request, Dialect.OpenAIResponses, model);
        Assert.Equal((sent, sent), (chat["reasoning_effort"]?.ToString(), responses["reasoning"]?["effort"]?.ToString()));
    }

    [Theory]
    [InlineData("gpt-5.1", "none", false)]
    [InlineData("gpt-5", "minimal", true)]
    [InlineData("gpt-4o", null, false)]
    public void BudgetOfNothing_IsThinkingOff(string model, string? sent, bool isLost)
    {
        const string Request = """{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"thinkingConfig":{"thinkingBudget":0}}}""";
        var (body, lost, _) = Translated.Request(Dialect.GeminiContent, Request, Dialect.OpenAIResponses, model);
        Assert.Equal((sent, isLost), (body["reasoning"]?["effort"]?.ToString(), lost.Any(path => path.Contains("thinkingBudget", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("gpt-5.1", null, true)]
    [InlineData("gpt-5.4", "none", true)]
    [InlineData("gpt-5.1", "low", false)]
    [InlineData("gpt-5", null, false)]
    public void Sampling_OfAModelThatDoesNotThinkUnasked_IsKept(string model, string? effort, bool isKept)
    {
        var level = effort is null ? "" : $$""","output_config":{"effort":"{{effort}}"}""";
        var request = $$"""{"model":"m","max_tokens":99,"messages":[{"role":"user","content":"hi"}],"temperature":0.2,"top_p":0.5{{level}}}""";
        foreach (var target in (Dialect[])[Dialect.OpenAIChat, Dialect.OpenAIResponses])
        {
            var (body, lost, _) = Translated.Request(Dialect.AnthropicMessages, request, target, model);
            Assert.Equal((isKept, isKept), (body["temperature"] is not null, body["top_p"] is not null));
            Assert.Equal(!isKept, lost.Contains("temperature"));
        }
    }
}
