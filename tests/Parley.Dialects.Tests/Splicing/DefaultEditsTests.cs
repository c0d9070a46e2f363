using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Models;
using Parley.Dialects.Splicing;

namespace Parley.Dialects.Tests.Splicing;

/// <summary>The operator's defaults in a request of the provider's own dialect: whole bodies, byte for byte.</summary>
public sealed class DefaultEditsTests
{
    private const Dialect Chat = Dialect.OpenAIChat, Responses = Dialect.OpenAIResponses, Messages = Dialect.AnthropicMessages, Gemini = Dialect.GeminiContent;

    private static readonly DefaultSettings All = new(0.2, 64, "Be \"brief\".");

    public static TheoryData<string, Dialect, bool, string, string> Cases => new()
    {
        // Chat: all three, in front of what the request says; the rest stays as it came.
        { "gpt-4o", Chat, true, """{"model":"m","messages":[{"role":"user","content":"Hi"}],"seed":1.50e1}""", """{"temperature":0.2,"max_tokens":64,"model":"m","messages":[{"role":"system","content":"Be \"brief\"."},{"role":"user","content":"Hi"}],"seed":1.50e1}""" },
        { "my-own-model", Chat, false, """{ "messages" : [ ] }""", """{"temperature":0.2,"max_tokens":64, "messages" : [{"role":"system","content":"Be \"brief\"."} ] }""" },
        // Of a model that nobody knows, OpenAI's newest take the newer name alone.
        { "my-own-model", Chat, true, """{"temperature":1,"messages":"x"}""", """{"max_completion_tokens":64,"temperature":1,"messages":"x"}""" },
        // What the caller says stays, under whichever name, be it zero.
        { "gpt-4o", Chat, true, """{"temperature":0,"max_completion_tokens":5,"messages":[{"role":"system","content":""},{"role":"user","content":"Hi"}]}""", """{"temperature":0,"max_completion_tokens":5,"messages":[{"role":"system","content":""},{"role":"user","content":"Hi"}]}""" },
        { "gpt-4o", Chat, true, """{"temperature":0,"max_tokens":5,"messages":[{"role":"user","content":[{"role":"x"}]},{"content":{"a":[1]},"ro\u006ce":"develo\u0070er"}]}""", """{"temperature":0,"max_tokens":5,"messages":[{"role":"user","content":[{"role":"x"}]},{"content":{"a":[1]},"ro\u006ce":"develo\u0070er"}]}""" },
        // A role that is deeper down is nobody's.
        { "gpt-4o", Chat, true, """{"temperature":0,"max_tokens":5,"messages":[{"content":[{"role":"system"}],"role":"user"},[{"role":"system"}],7]}""", """{"temperature":0,"max_tokens":5,"messages":[{"role":"system","content":"Be \"brief\"."},{"content":[{"role":"system"}],"role":"user"},[{"role":"system"}],7]}""" },
        // A null says nothing.
        { "gpt-4o", Chat, true, """{"temperature":null,"max_tokens":null,"messages":[]}""", """{"temperature":0.2,"max_tokens":64,"messages":[{"role":"system","content":"Be \"brief\"."}]}""" },
        { "o3", Chat, true, """{"temperature":null,"max_tokens":null,"x":1}""", """{"max_completion_tokens":64,"x":1}""" },
        { "mistral-large-latest", Chat, false, """{"max_completion_tokens":null,"x":1,"temperature":0}""", """{"max_tokens":64,"x":1,"temperature":0}""" },
        { "gpt-4o", Chat, true, """{"max_tokens":null,"max_completion_tokens":null,"temperature":0}""", """{"max_tokens":64,"temperature":0}""" },
        // Nothing that the model refuses; the name of the limit and the role that it wants.
        { "o3", Chat, true, """{"messages":[{"role":"user","content":"Hi"}]}""", """{"max_completion_tokens":64,"messages":[{"role":"developer","content":"Be \"brief\"."},{"role":"user","content":"Hi"}]}""" },
        { "o3", Chat, false, """{"messages":[{"role":"user","content":"Hi"}]}""", """{"max_completion_tokens":64,"messages":[{"role":"system","content":"Be \"brief\"."},{"role":"user","content":"Hi"}]}""" },
        { "o1-mini", Chat, true, """{"messages":[{"role":"user","content":"Hi"}]}""", """{"max_completion_tokens":64,"messages":[{"role":"user","content":"Hi"}]}""" },
        { "gpt-5.1", Chat, true, """{"reasoning_effort":"none"}""", """{"temperature":0.2,"max_completion_tokens":64,"reasoning_effort":"none"}""" },
        { "gpt-5.1", Chat, true, """{"reasoning_effort":"low"}""", """{"max_completion_tokens":64,"reasoning_effort":"low"}""" },
        // Responses.
        { "gpt-4o", Responses, true, """{"model":"m","input":"Hi"}""", """{"temperature":0.2,"max_output_tokens":64,"instructions":"Be \"brief\".","model":"m","input":"Hi"}""" },
        { "gpt-5", Responses, true, """{"input":[{"role":"user","content":"Hi"},{"type":"message","role":"developer","content":"x"}]}""", """{"max_output_tokens":64,"input":[{"role":"user","content":"Hi"},{"type":"message","role":"developer","content":"x"}]}""" },
        { "gpt-4o", Responses, true, """{"instructions":"mine","temperature":1,"max_output_tokens":20}""", """{"instructions":"mine","temperature":1,"max_output_tokens":20}""" },
        { "gpt-4o", Responses, true, """{"instructions":null,"temperature":1,"max_output_tokens":20}""", """{"instructions":"Be \"brief\".","temperature":1,"max_output_tokens":20}""" },
        { "gpt-4o", Responses, true, """{"prompt":{"id":"pmpt_1"},"temperature":1,"max_output_tokens":20}""", """{"prompt":{"id":"pmpt_1"},"temperature":1,"max_output_tokens":20}""" },
        // Messages.
        { "claude-sonnet-4-5", Messages, false, """{"max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", """{"temperature":0.2,"system":"Be \"brief\".","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""" },
        { "claude-sonnet-4-5", Messages, false, """{"system":[],"top_p":0.9}""", """{"max_tokens":64,"system":[],"top_p":0.9}""" },
        { "claude-sonnet-4-5", Messages, false, """{"max_tokens":9,"system":"","thinking":{"type":"enabled","budget_tokens":2000}}""", """{"max_tokens":9,"system":"","thinking":{"type":"enabled","budget_tokens":2000}}""" },
        { "claude-sonnet-4-5", Messages, false, """{"max_tokens":9,"system":"","thinking":{"type":"disabled"}}""", """{"temperature":0.2,"max_tokens":9,"system":"","thinking":{"type":"disabled"}}""" },
        { "claude-opus-4-7", Messages, false, """{"max_tokens":9}""", """{"system":"Be \"brief\".","max_tokens":9}""" },
        // Gemini: in an object of their own, in either spelling.
        { "gemini-2.5-flash", Gemini, false, """{"contents":[]}""", """{"generationConfig":{"temperature":0.2,"maxOutputTokens":64},"systemInstruction":{"parts":[{"text":"Be \"brief\"."}]},"contents":[]}""" },
        { "gemini-2.5-flash", Gemini, false, """{"generationConfig":{ },"systemInstruction":{"parts":[]}}""", """{"generationConfig":{"temperature":0.2,"maxOutputTokens":64 },"systemInstruction":{"parts":[]}}""" },
        { "gemini-2.5-flash", Gemini, false, """{"generation_config":{"topK":3,"max_output_tokens":5},"system_instruction":{"parts":[]}}""", """{"generation_config":{"temperature":0.2,"topK":3,"max_output_tokens":5},"system_instruction":{"parts":[]}}""" },
        { "gemini-2.5-flash", Gemini, false, """{"generationConfig":{"temper\u0061ture":1},"cachedContent":"c"}""", """{"generationConfig":{"maxOutputTokens":64,"temper\u0061ture":1},"cachedContent":"c"}""" },
        { "gemini-2.5-flash", Gemini, false, """{"generationConfig":null,"cached_content":"c"}""", """{"generationConfig":{"temperature":0.2,"maxOutputTokens":64},"cached_content":"c"}""" },
        { "gemini-2.5-flash", Gemini, false, """{"generationConfig":{"temperature":1,"maxOutputTokens":7},"systemInstruction":null}""", """{"generationConfig":{"temperature":1,"maxOutputTokens":7},"systemInstruction":{"parts":[{"text":"Be \"brief\"."}]}}""" },
        // No dialect of conversations.
        { "text-embedding-3-small", Dialect.OpenAIEmbeddings, true, """{"input":"x"}""", """{"input":"x"}""" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Defaults_ForAModel_FillOnlyWhatIsOpen(string model, Dialect dialect, bool isOpenAI, string body, string expected)
    {
        var spliced = Apply(All, ModelTraitsTable.Of(model), dialect, isOpenAI, body);
        Assert.NotNull(JsonNode.Parse(spliced));
        Assert.Equal(expected, spliced);
    }

    [Theory]
    [InlineData(Chat, """{"max_tokens":7,"messages":[]}""")]
    [InlineData(Responses, """{"max_output_tokens":7,"messages":[]}""")]
    [InlineData(Messages, """{"max_tokens":7,"messages":[]}""")]
    [InlineData(Gemini, """{"generationConfig":{"maxOutputTokens":7},"messages":[]}""")]
    public void Limit_Alone_IsAllThatIsAdded(Dialect dialect, string expected) =>
        Assert.Equal(expected, Apply(new DefaultSettings(null, 7, null), ModelTraits.Unknown, dialect, isOpenAI: false, """{"messages":[]}"""));

    [Theory]
    [InlineData(Chat, """{"temperature":1.5}""")]
    [InlineData(Messages, """{"temperature":1}""")]
    [InlineData(Gemini, """{"generationConfig":{"temperature":1.5}}""")]
    public void Temperature_OfAnthropic_GoesToOne(Dialect dialect, string expected) =>
        Assert.Equal(expected, Apply(new DefaultSettings(1.5, null, null), ModelTraits.Unknown, dialect, isOpenAI: false, "{}"));

    [Fact]
    public void EveryQuirkAndEveryDefault_FitIntoOneSplicer()
    {
        const string Everything =
            """{"model":"a","deployment":"d","endpoint":"e","stream_options":{},"temperature":0.5,"top_p":0.5,"top_k":3,"logprobs":true,"top_logprobs":2,"frequency_penalty":1,"presence_penalty":1,"logit_bias":{"1":1},"stop":"x","max_tokens":5,"messages":[],"y":1}""";
        var traits = ModelTraitsTable.Of("o3");
        RequestEnvelope.Scan(Encoding.UTF8.GetBytes(Everything), out var envelope);
        var splicer = new RequestSplicer(Encoding.UTF8.GetBytes(Everything), in envelope);
        splicer.Replace(EnvelopeProperty.Model, "\"o3\""u8);
        splicer.Remove(EnvelopeProperty.Deployment);
        splicer.Remove(EnvelopeProperty.Endpoint);
        splicer.AskForStreamUsage();
        RequestQuirks.Apply(ref splicer, Encoding.UTF8.GetBytes(Everything), in envelope, Chat, traits);
        DefaultEdits.Apply(ref splicer, Encoding.UTF8.GetBytes(Everything), in envelope, Chat, traits, isOpenAI: true, All);
        Assert.Equal("""{"model":"o3","stream_options":{"include_usage":true},"max_completion_tokens":5,"messages":[{"role":"developer","content":"Be \"brief\"."}],"y":1}""", Written(splicer));
    }

    [Fact]
    public void Edits_OfARequest_AllocateNothing()
    {
        var body = Encoding.UTF8.GetBytes("""{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]}""");
        var traits = ModelTraitsTable.Of("gpt-4o");
        var destination = new byte[1000];
        long bytes = 0;
        for (var run = 0; run < 200; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            RequestEnvelope.Scan(body, out var envelope);
            var splicer = new RequestSplicer(body, in envelope);
            DefaultEdits.Apply(ref splicer, body, in envelope, Chat, traits, isOpenAI: true, All);
            splicer.WriteTo(destination);
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, bytes);
    }

    private static string Apply(DefaultSettings settings, ModelTraits traits, Dialect dialect, bool isOpenAI, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        Assert.True(RequestEnvelope.Scan(body, out var envelope).IsNone);
        var splicer = new RequestSplicer(body, in envelope);
        RequestQuirks.Apply(ref splicer, body, in envelope, dialect, traits);
        DefaultEdits.Apply(ref splicer, body, in envelope, dialect, traits, isOpenAI, settings);
        return Written(splicer);
    }

    private static string Written(RequestSplicer splicer)
    {
        var output = new byte[splicer.Length];
        splicer.WriteTo(output);
        return Encoding.UTF8.GetString(output);
    }
}
