using Parley.Dialects.Models;

namespace Parley.Dialects.Tests.Models;

/// <summary>Names as vendors and hosts write them, and the row that must answer.</summary>
public sealed class ModelTraitsTableTests
{
    [Theory]
    [InlineData("gpt-4o", ModelFamily.Gpt)]
    [InlineData("openai/gpt-4o-2024-08-06", ModelFamily.Gpt)]
    [InlineData("GPT-35-Turbo", ModelFamily.Gpt)]
    [InlineData("gpt-5-chat-latest", ModelFamily.Gpt)]
    [InlineData("gpt-5.1-chat-latest", ModelFamily.GptReasoning)]
    [InlineData("o3-mini-2025-01-31", ModelFamily.GptReasoning)]
    [InlineData("prod-o4-mini", ModelFamily.GptReasoning)]
    [InlineData("openai.gpt-oss-120b-1:0", ModelFamily.GptOss)]
    [InlineData("us.anthropic.claude-sonnet-4-5-20250929-v1:0", ModelFamily.Claude)]
    [InlineData("models/gemini-2.5-pro", ModelFamily.Gemini)]
    [InlineData("meta.llama3-2-90b-instruct-v1:0", ModelFamily.Llama)]
    [InlineData("eu.amazon.nova-pro-v1:0", ModelFamily.Nova)]
    [InlineData("amazon.titan-embed-text-v2:0", ModelFamily.Titan)]
    [InlineData("deepseek-reasoner", ModelFamily.DeepSeek)]
    [InlineData("foo1", ModelFamily.Unknown)]
    [InlineData("proto3", ModelFamily.Unknown)]
    [InlineData("", ModelFamily.Unknown)]
    public void Of_Name_HasItsFamily(string name, ModelFamily family) => Assert.Equal(family, ModelTraitsTable.Of(name).Family);

    [Theory]
    [InlineData("claude-3-7-sonnet-20250219", ReasoningStyle.Budget, true)]
    [InlineData("claude-3-5-haiku-latest", ReasoningStyle.None, true)]
    [InlineData("claude-opus-4-20250514", ReasoningStyle.Budget, true)]
    [InlineData("claude-opus-4-5", ReasoningStyle.EffortAndBudget, true)]
    [InlineData("claude-sonnet-4.5", ReasoningStyle.Budget, true)]
    [InlineData("claude-opus-4-6", ReasoningStyle.AdaptiveOrBudget, false)]
    [InlineData("claude-opus-4.7", ReasoningStyle.Adaptive, false)]
    [InlineData("anthropic.claude-opus-4-8-v1:0", ReasoningStyle.Adaptive, false)]
    [InlineData("claude-sonnet-5", ReasoningStyle.Adaptive, false)]
    public void Of_Claude_KnowsThinkingAndPrefill(string name, ReasoningStyle style, bool prefill)
    {
        var traits = ModelTraitsTable.Of(name);
        Assert.Equal((style, prefill), (traits.Reasoning, traits.TakesPrefill));
        Assert.Equal(style == ReasoningStyle.Adaptive, traits.RefusesTemperature);
    }

    // https://ai.google.dev/gemini-api/docs/thinking: Pro 128 to 32768 and never off, Flash 0 to 24576, Flash-Lite 512 to 24576.
    [Theory]
    [InlineData("gemini-2.5-pro", 128, 32768, false)]
    [InlineData("gemini-2.5-flash", 0, 24576, true)]
    [InlineData("gemini-2.5-flash-lite", 512, 24576, true)]
    public void Of_Gemini_KnowsItsBudgets(string name, int least, int most, bool canStop)
    {
        var traits = ModelTraitsTable.Of(name);
        Assert.Equal((least, most, canStop), (traits.LeastBudget, traits.MostBudget, traits.CanStopReasoning));
    }

    [Theory]
    [InlineData("gpt-4o", false)]
    [InlineData("some-model", false)]
    [InlineData("gemini-3-pro", false)]
    [InlineData("claude-3-5-sonnet-latest", false)]
    [InlineData("o3", true)]
    [InlineData("claude-sonnet-4-5", true)]
    [InlineData("claude-opus-4-7", true)]
    [InlineData("mistral-small", true)]
    public void HasRequestQuirks_SaysWhetherThereIsAnythingToDo(string name, bool has) => Assert.Equal(has, ModelTraitsTable.Of(name).HasRequestQuirks);
}
