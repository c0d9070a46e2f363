using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.OpenAIChat;

namespace Parley.Dialects.Tests.OpenAIChat;

/// <summary>failures.md 2.11: buckets that share no token, whoever counts.</summary>
public sealed class OpenAIUsageTests
{
    [Theory]
    [InlineData("OpenAI", """{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":30,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":20}}""", 70, 30, 0, 30, 20)]
    [InlineData("OpenAI responses", """{"input_tokens":100,"input_tokens_details":{"cache_write_tokens":40,"cached_tokens":30},"output_tokens":50,"output_tokens_details":{"reasoning_tokens":50},"total_tokens":150}""", 30, 30, 40, 0, 50)]
    [InlineData("embeddings", """{"prompt_tokens":9,"total_tokens":9}""", 9, 0, 0, 0, 0)]
    [InlineData("xAI: reasoning outside", """{"prompt_tokens":12,"completion_tokens":2,"total_tokens":354,"prompt_tokens_details":{"cached_tokens":11},"completion_tokens_details":{"reasoning_tokens":340}}""", 1, 11, 0, 2, 340)]
    [InlineData("xAI: reasoning outside and smaller", """{"prompt_tokens":307,"completion_tokens":260,"total_tokens":794,"completion_tokens_details":{"reasoning_tokens":227}}""", 307, 0, 0, 260, 227)]
    [InlineData("DeepSeek", """{"prompt_tokens":20,"completion_tokens":5,"prompt_cache_hit_tokens":16,"prompt_cache_miss_tokens":4}""", 4, 16, 0, 5, 0)]
    [InlineData("DeepSeek on Azure", """{"prompt_tokens":19,"total_tokens":1739,"completion_tokens":1720,"prompt_tokens_details":null,"reasoning_tokens":0}""", 19, 0, 0, 1720, 0)]
    [InlineData("Moonshot", """{"prompt_tokens":19,"completion_tokens":2,"cached_tokens":10}""", 9, 10, 0, 2, 0)]
    [InlineData("zero is usage", """{"prompt_tokens":0,"completion_tokens":0}""", 0, 0, 0, 0, 0)]
    [InlineData("only a total", """{"total_tokens":7}""", 7, 0, 0, 0, 0)]
    [InlineData("parts larger than the whole", """{"prompt_tokens":5,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":9,"cache_write_tokens":3}}""", 0, 5, 0, 1, 0)]
    [InlineData("negative", """{"prompt_tokens":-5,"completion_tokens":1}""", 0, 0, 0, 1, 0)]
    [InlineData("floating point", """{"prompt_tokens":5.0,"completion_tokens":1e2}""", 5, 0, 0, 100, 0)]
    public void TryRead_Usage_GivesDisjointBuckets(string vendor, string json, long input, long read, long write, long output, long reasoning)
    {
        Assert.True(OpenAIUsage.TryRead(Encoding.UTF8.GetBytes(json), out var usage), vendor);
        Assert.Equal(new TokenUsage(input, read, write, output, reasoning), usage);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("\"x\"")]
    [InlineData("""{"seconds":3,"type":"duration"}""")]
    [InlineData("""{"prompt_tokens":null}""")]
    public void TryRead_NothingCounted_IsNoUsage(string json) => Assert.False(OpenAIUsage.TryRead(Encoding.UTF8.GetBytes(json), out _));
}
