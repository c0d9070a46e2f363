using Parley.Dialects.AnthropicMessages;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.Tests.AnthropicMessages;

public sealed class MessagesThreadTests
{
    private const string Begin = """{"model":"m","max_tokens":9,"thread":{"type":"create"},"messages":[{"role":"user","content":"Hi"}]}""";
    private const string Continue = """{"model":"m","max_tokens":9,"thread":{"type":"continue","previous_message_id":"msg_1"},"messages":[{"role":"user","content":"Hi"}]}""";
    private const string Resume = """{"model":"m","max_tokens":9,"thread":{"type":"continue","previous_message_id":"msg_1"},"messages":[]}""";

    [Fact]
    public void Thread_ThatBegins_IsTranslatedWithoutItAndReported()
    {
        var request = Messages.Read(Begin);
        Assert.Empty(request.Untranslatable);
        using var output = new PooledBuffer();
        var losses = new LossReport();
        DialectCodecs.Of(Dialect.OpenAIChat).WriteRequest(new RequestWriting(
            request, new TranslationTarget(Dialect.OpenAIChat, JsonString.From("gpt-4o"), ModelTraitsTable.Of("gpt-4o")), new JsonOutput(output), losses));
        Assert.Equal(["thread"], Messages.Paths(losses));
    }

    [Theory]
    [InlineData(Continue)]
    [InlineData(Resume)]
    public void Thread_ThatGoesOn_CannotBeTranslated(string body)
    {
        var obstacle = Assert.Single(Messages.Read(body).Untranslatable);
        Assert.Equal(("thread.previous_message_id", MessagesThread.NotFound), (obstacle.Path, obstacle.Code));
    }

    [Theory]
    [InlineData(Begin)]
    [InlineData(Continue)]
    public void Thread_ToAnthropic_IsWrittenAsItCame(string body)
    {
        var (written, losses, _) = Messages.Write(Messages.Read(body), Messages.Target("m"));
        Messages.AssertJson(body, written);
        Assert.Empty(losses.Losses);
    }

    [Theory]
    [InlineData("1", "thread")]
    [InlineData("""{"type":"fork"}""", "thread.type")]
    [InlineData("""{"type":"continue"}""", "thread.previous_message_id")]
    public void Thread_ThatAnthropicWouldRefuse_NamesTheField(string thread, string path)
    {
        var body = $$"""{"model":"m","max_tokens":9,"thread":{{thread}},"messages":[{"role":"user","content":"Hi"}]}""";
        Assert.Equal(path, Assert.Throws<DialectException>(() => Messages.Read(body)).Path);
    }
}
