using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.Tests.Conversations;

public sealed class MediaNeedsTests
{
    [Theory]
    [InlineData(Dialect.OpenAIChat, true, "gpt-4o", MediaKind.Document, "https://example.com/a.pdf", true)]
    [InlineData(Dialect.OpenAIChat, true, "gpt-4o", MediaKind.Audio, "https://example.com/a.wav", true)]
    [InlineData(Dialect.OpenAIChat, false, "qwen3", MediaKind.Document, "https://example.com/a.pdf", false)]
    [InlineData(Dialect.OpenAIChat, true, "gpt-4o", MediaKind.Document, "gs://bucket/a.pdf", false)]
    [InlineData(Dialect.OpenAIChat, true, "gpt-4o", MediaKind.Image, "https://example.com/a.png", false)]
    [InlineData(Dialect.BedrockConverse, false, "anthropic.claude-sonnet-4-5", MediaKind.Image, "https://example.com/a.png", true)]
    [InlineData(Dialect.BedrockConverse, false, "openai.gpt-oss-20b-1:0", MediaKind.Image, "https://example.com/a.png", false)]
    [InlineData(Dialect.BedrockConverse, false, "anthropic.claude-sonnet-4-5", MediaKind.Video, "https://example.com/a.mp4", false)]
    [InlineData(Dialect.BedrockConverse, false, "amazon.nova-lite-v1:0", MediaKind.Video, "https://example.com/a.mp4", true)]
    [InlineData(Dialect.BedrockConverse, false, "anthropic.claude-sonnet-4-5", MediaKind.Document, "s3://b/k", false)]
    [InlineData(Dialect.GeminiContent, false, "gemini-3-flash", MediaKind.Audio, "https://example.com/a.wav", true)]
    [InlineData(Dialect.GeminiContent, false, "gemini-3-flash", MediaKind.Document, "gs://bucket/a.pdf", false)]
    public void Address_IsFetched_WhereTheModelTakesItAndOnlyAsBytes(Dialect dialect, bool isOpenAI, string model, MediaKind kind, string address, bool isFetched)
    {
        var conversation = new Conversation(Dialect.AnthropicMessages);
        var media = new MediaPart(kind, MediaSourceKind.Url, JsonString.From(address));
        var turn = new Turn(TurnRole.User, 0);
        turn.Parts.Add(media);
        conversation.Turns.Add(turn);
        var target = new TranslationTarget(dialect, JsonString.From(model), ModelTraitsTable.Of(model)) { IsOpenAI = isOpenAI };
        Assert.Equal(isFetched ? [media] : [], MediaNeeds.Of(target, conversation));
    }
}
