using Parley.Dialects.Conversations;

namespace Parley.Dialects.Tests.Conversations;

public sealed class LossReportTests
{
    [Fact]
    public void Add_PathOfTheCallersLength_IsCutShort()
    {
        var losses = new LossReport();
        losses.Add(new string('a', 300), "reason " + new string('b', 300), "vendor field");
        losses.Add(new string('a', 400), "the same for all that is kept of it", "vendor field");
        losses.Add(new string('é', 196) + "😀😀😀", "cut in the middle of a character", "vendor field");
        Assert.Equal(2, losses.Count);
        Assert.Equal((200, 200), (losses.Losses[0].Path.Length, losses.Losses[0].Reason.Length));
        Assert.EndsWith("aaa...", losses.Losses[0].Path, StringComparison.Ordinal);
        Assert.Equal(new string('é', 196) + "...", losses.Losses[1].Path);
    }

    [Theory]
    [InlineData(Dialect.OpenAIResponses, "gpt-4.1")]
    [InlineData(Dialect.AnthropicMessages, "claude-sonnet-4-5")]
    [InlineData(Dialect.BedrockConverse, "amazon.nova-pro-v1:0")]
    public void Label_OfAPartThatNobodyKnows_HoldsNoTextOfTheCallers(Dialect target, string model)
    {
        const string Request = """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi"},{"type":"secret-4711","x":1}]}]}""";
        var (_, lost, writing) = Translated.Request(Dialect.OpenAIChat, Request, target, model);
        Assert.Contains(lost, path => path.StartsWith("messages[0].content[1]", StringComparison.Ordinal));
        Assert.DoesNotContain(writing.Losses.Losses, loss => loss.Label.Contains("secret", StringComparison.Ordinal));
    }
}
