using System.Text;
using Parley.Dialects;
using Parley.Dialects.Splicing;
using Parley.Gateway.Routing;

namespace Parley.Gateway.Tests.Routing;

/// <summary>What requests share at their beginning gives one key, whatever comes behind it.</summary>
public sealed class PromptKeyTests
{
    private const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";

    public static TheoryData<Dialect, string, string> Same() => new()
    {
        { Dialect.OpenAIChat, "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"one\"}]}", "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"two\"}]}" },
        { Dialect.OpenAIChat, "{" + Tools + ",\"messages\":[{\"content\":\"s\",\"role\":\"developer\"}]}", "{\"messages\":[{\"content\":\"s\",\"role\":\"developer\"},{\"role\":\"user\",\"content\":[]}]," + Tools + "}" },
        { Dialect.OpenAIChat, "{" + Tools + ",\"messages\":[{\"role\":\"user\",\"content\":\"one\"}]}", "{" + Tools + ",\"messages\":[{\"role\":\"user\",\"content\":\"two\"}]}" },
        { Dialect.OpenAIChat, "{\"messages\":[{\"role\":\"user\",\"content\":\"one\"}],\"tools\":null}", "{\"messages\":[{\"role\":\"user\",\"content\":\"one\"},{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"two\"}],\"tools\":[]}" },
        { Dialect.OpenAIChat, "{\"prompt_cache_key\":\"k\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]}", "{\"prompt_cache_key\":\"k\",\"messages\":[{\"role\":\"system\",\"content\":\"t\"}]}" },
        { Dialect.OpenAIResponses, "{\"instructions\":\"s\",\"input\":\"one\"}", "{\"instructions\":\"s\",\"input\":[{\"role\":\"user\",\"content\":\"two\"}]}" },
        { Dialect.OpenAIResponses, "{\"input\":[{\"role\":\"developer\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"one\"}]}", "{\"input\":[{\"role\":\"developer\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"two\"}]}" },
        { Dialect.OpenAIResponses, "{\"input\":\"one\"}", "{\"input\":\"one\",\"temperature\":1}" },
        { Dialect.AnthropicMessages, "{\"system\":\"s\",\"messages\":[{\"role\":\"user\",\"content\":\"one\"}]}", "{\"messages\":[{\"role\":\"user\",\"content\":\"two\"}],\"system\":\"s\"}" },
        { Dialect.GeminiContent, "{\"systemInstruction\":{\"parts\":[{\"text\":\"s\"}]},\"contents\":[]}", "{\"system_instruction\":{\"parts\":[{\"text\":\"s\"}]},\"contents\":[{\"parts\":[{\"text\":\"two\"}]}]}" },
    };

    public static TheoryData<Dialect, string, string> Different() => new()
    {
        { Dialect.OpenAIChat, "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]}", "{\"messages\":[{\"role\":\"system\",\"content\":\"t\"}]}" },
        { Dialect.OpenAIChat, "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]}", "{" + Tools + ",\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]}" },
        { Dialect.OpenAIChat, "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"developer\",\"content\":\"d\"}]}", "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"d\"}]}" },
        { Dialect.OpenAIChat, "{" + Tools + ",\"messages\":[{\"role\":\"system\",\"content\":\"s\"}]}", "{" + Tools + ",\"messages\":[{\"role\":\"system\",\"content\":\"t\"}]}" },
        { Dialect.OpenAIChat, "{\"messages\":[{\"role\":\"user\",\"content\":\"one\"}]}", "{\"messages\":[{\"role\":\"user\",\"content\":\"two\"}]}" },
        { Dialect.OpenAIChat, "{\"prompt_cache_key\":\"k\",\"messages\":[]}", "{\"prompt_cache_key\":\"l\",\"messages\":[]}" },
        { Dialect.OpenAIChat, "{\"prompt_cache_key\":\"\",\"messages\":[{\"role\":\"user\",\"content\":\"one\"}]}", "{\"prompt_cache_key\":\"\",\"messages\":[{\"role\":\"user\",\"content\":\"two\"}]}" },
        { Dialect.OpenAIResponses, "{\"instructions\":\"s\",\"input\":\"one\"}", "{\"instructions\":\"t\",\"input\":\"one\"}" },
        { Dialect.OpenAIResponses, "{\"input\":\"one\"}", "{\"input\":\"two\"}" },
        { Dialect.AnthropicMessages, "{\"system\":\"s\",\"messages\":[]}", "{\"system\":\"t\",\"messages\":[]}" },
        { Dialect.GeminiContent, "{\"systemInstruction\":{\"parts\":[{\"text\":\"s\"}]}}", "{\"systemInstruction\":{\"parts\":[{\"text\":\"t\"}]}}" },
    };

    [Theory]
    [MemberData(nameof(Same))]
    public void SharedBeginning_OneKey(Dialect dialect, string one, string other)
    {
        Assert.NotEqual(0UL, KeyOf(dialect, one));
        Assert.Equal(KeyOf(dialect, one), KeyOf(dialect, other));
    }

    [Theory]
    [MemberData(nameof(Different))]
    public void OtherBeginning_OtherKey(Dialect dialect, string one, string other) => Assert.NotEqual(KeyOf(dialect, one), KeyOf(dialect, other));

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"messages\":7,\"tools\":\"x\"}")]
    [InlineData("{\"messages\":[[],{\"role\":{\"role\":\"system\"}}]}")]
    [InlineData("{\"messages\":[{\"\\ud800\":\"\\ud800\"}],\"tools\":[\"\\udc00\"]}")]
    [InlineData("{\"prompt_cache_key\":5}")]
    public void AnyJson_HasAKey(string body) => Assert.NotEqual(0UL, KeyOf(Dialect.OpenAIChat, body));

    [Fact]
    public void LongPrompt_EveryByteOfThePrefixCountsAndNothingIsAllocated()
    {
        var text = new string('x', 60_000).ToCharArray();
        var body = Encoding.UTF8.GetBytes("{\"messages\":[{\"role\":\"system\",\"content\":\"" + new string(text) + "\"}]}");
        RequestEnvelope.Scan(body, out var envelope);
        var key = PromptKey.Of(Dialect.OpenAIChat, body, in envelope);
        for (var at = 200; at < 60_000; at += 997)
        {
            body[at] ^= 1;
            Assert.NotEqual(key, PromptKey.Of(Dialect.OpenAIChat, body, in envelope));
            body[at] ^= 1;
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        PromptKey.Of(Dialect.OpenAIChat, body, in envelope);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void LongFirstMessage_IsReadToItsBoundOnly()
    {
        static string Body(string image, string next) => "{\"messages\":[{\"content\":\"" + image + "\",\"role\":\"user\"},{\"role\":\"user\",\"content\":\"" + next + "\"}]}";
        var (image, other) = (new string('x', 200_000), new string('y', 200_000));
        Assert.Equal(KeyOf(Dialect.OpenAIChat, Body(image, "a")), KeyOf(Dialect.OpenAIChat, Body(image + "z", "b")));
        Assert.NotEqual(KeyOf(Dialect.OpenAIChat, Body(image, "a")), KeyOf(Dialect.OpenAIChat, Body(other, "a")));
    }

    private static ulong KeyOf(Dialect dialect, string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        Assert.True(RequestEnvelope.Scan(body, out var envelope).IsNone);
        return PromptKey.Of(dialect, body, in envelope);
    }
}
