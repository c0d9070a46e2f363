using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using JsonValue = Parley.Dialects.Json.JsonValue;

namespace Parley.Dialects.Tests.Conversations;

/// <summary>The operator's defaults in a request that is written for another dialect, or anew in its own.</summary>
public sealed class ConversationDefaultsTests
{
    private const Dialect Chat = Dialect.OpenAIChat, Responses = Dialect.OpenAIResponses, Messages = Dialect.AnthropicMessages, Gemini = Dialect.GeminiContent, Converse = Dialect.BedrockConverse;

    private const string Plain = """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""";

    public static TheoryData<Dialect, string, Dialect, string, string> Cases => new()
    {
        { Chat, Plain, Messages, "claude-sonnet-4-5", """{"model":"t","max_tokens":64,"system":"Be brief.","messages":[{"role":"user","content":"Hi"}],"temperature":0.2}""" },
        { Chat, Plain, Gemini, "gemini-2.5-flash", """{"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"maxOutputTokens":64,"temperature":0.2}}""" },
        { Chat, Plain, Responses, "gpt-4o", """{"model":"t","instructions":"Be brief.","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}],"max_output_tokens":64,"temperature":0.2,"store":false}""" },
        { Chat, Plain, Converse, "anthropic.claude-sonnet-4-5", """{"system":[{"text":"Be brief."}],"messages":[{"role":"user","content":[{"text":"Hi"}]}],"inferenceConfig":{"maxTokens":64,"temperature":0.2}}""" },
        // What the caller says stays.
        { Chat, """{"model":"m","max_tokens":5,"temperature":1,"messages":[{"role":"developer","content":"x"},{"role":"user","content":"Hi"}]}""", Messages, "claude-sonnet-4-5", """{"model":"t","max_tokens":5,"system":"x","messages":[{"role":"user","content":"Hi"}],"temperature":1}""" },
        // A model that refuses a temperature; one that would refuse the caller's top_p beside it.
        { Chat, Plain, Messages, "claude-opus-4-7", """{"model":"t","max_tokens":64,"system":"Be brief.","messages":[{"role":"user","content":"Hi"}]}""" },
        { Chat, """{"model":"m","top_p":0.5,"messages":[{"role":"user","content":"Hi"}]}""", Messages, "claude-sonnet-4-5", """{"model":"t","max_tokens":64,"system":"Be brief.","messages":[{"role":"user","content":"Hi"}],"top_p":0.5}""" },
        // Instructions where the model has no role for them; in the role that it wants.
        { Messages, """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", Chat, "o1-mini", """{"model":"t","messages":[{"role":"user","content":[{"type":"text","text":"Be brief."},{"type":"text","text":"Hi"}]}],"max_completion_tokens":9}""" },
        { Messages, """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", Chat, "o3", """{"model":"t","messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":"Hi"}],"max_completion_tokens":9}""" },
        { Chat, Plain, Chat, "o3", """{"model":"t","messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":"Hi"}],"max_completion_tokens":64}""" },
        { Gemini, """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"cachedContent":"c"}""", Gemini, "gemini-2.5-flash", """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"maxOutputTokens":64,"temperature":0.2},"cachedContent":"c"}""" },
        // A Claude that thinks takes no temperature, also when its own request is written anew.
        { Messages, """{"model":"m","max_tokens":4000,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[{"role":"user","content":"Hi"}]}""", Messages, "claude-sonnet-4-5", """{"model":"t","max_tokens":4000,"system":"Be brief.","messages":[{"role":"user","content":"Hi"}],"thinking":{"type":"enabled","budget_tokens":2000}}""" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Defaults_InATranslation_FillOnlyWhatIsOpenAndAreNoLoss(Dialect from, string body, Dialect to, string model, string expected)
    {
        var conversation = Read(from, body);
        var losses = new LossReport();
        var sent = Write(conversation, to, model, new DefaultSettings(0.2, 64, "Be brief."), losses);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(sent)), sent);
        Assert.Empty(losses.Losses.Where(loss => loss.Path != "cachedContent"));
    }

    [Fact]
    public void Conversation_ThatIsSharedByAttempts_IsNotChanged()
    {
        var conversation = Read(Chat, Plain);
        var settings = new DefaultSettings(0.2, 64, "Be brief.");
        var first = Write(conversation, Messages, "claude-sonnet-4-5", settings, new LossReport());
        Assert.DoesNotContain("temperature", Write(conversation, Messages, "claude-opus-4-7", settings, new LossReport()), StringComparison.Ordinal);
        Assert.Equal(first, Write(conversation, Messages, "claude-sonnet-4-5", settings, new LossReport()));
        Assert.Single(conversation.Turns);
        Assert.DoesNotContain("Be brief.", Write(conversation, Messages, "claude-sonnet-4-5", new DefaultSettings(null, null, null), new LossReport()), StringComparison.Ordinal);
    }

    [Fact]
    public void Conversation_ThatLeavesNothingOpen_IsItself()
    {
        var conversation = Read(Chat, """{"model":"m","max_tokens":5,"temperature":1,"messages":[{"role":"system","content":"x"},{"role":"user","content":"Hi"}]}""");
        Assert.Same(conversation, ConversationDefaults.Of(conversation, new DefaultSettings(0.2, 64, "Be brief."), Target(Messages, "claude-sonnet-4-5")));
    }

    [Fact]
    public void Limit_UnderWhatResponsesTakes_IsRaisedAndNoLoss()
    {
        var losses = new LossReport();
        var sent = Write(Read(Chat, Plain), Responses, "gpt-4o", new DefaultSettings(null, 3, null), losses);
        Assert.Contains("\"max_output_tokens\":16", sent, StringComparison.Ordinal);
        Assert.Empty(losses.Losses);
    }

    [Fact]
    public void MessagesRequest_WithoutALimit_IsReadWhereTheOperatorHasOne()
    {
        const string Body = """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""";
        Assert.Throws<DialectException>(() => Read(Messages, Body));
        var conversation = DialectCodecs.Of(Messages).ReadRequest(JsonValue.Of(Encoding.UTF8.GetBytes(Body)), new RequestHints { HasDefaultLimit = true });
        Assert.Contains("\"max_completion_tokens\":64", Write(conversation, Chat, "gpt-4o", new DefaultSettings(null, 64, null), new LossReport()), StringComparison.Ordinal);
    }

    private static Conversation Read(Dialect dialect, string body) =>
        DialectCodecs.Of(dialect).ReadRequest(JsonValue.Of(Encoding.UTF8.GetBytes(body)), dialect == Gemini ? new RequestHints(JsonString.From("m"), false) : default);

    private static TranslationTarget Target(Dialect dialect, string model) =>
        new(dialect, JsonString.From("t"), ModelTraitsTable.Of(model)) { TakesStreamUsage = true, IsOpenAI = true };

    private static string Write(Conversation conversation, Dialect dialect, string model, DefaultSettings settings, LossReport losses)
    {
        using var output = new PooledBuffer(1024);
        var target = Target(dialect, model);
        DialectCodecs.Of(dialect).WriteRequest(new RequestWriting(ConversationDefaults.Of(conversation, settings, target), target, new JsonOutput(output), losses));
        return Encoding.UTF8.GetString(output.Memory.Span);
    }
}
