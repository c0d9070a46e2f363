using System.Text.RegularExpressions;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.Conversations;

public sealed partial class ToolNamesTests
{
    private static readonly string Long = new('x', 65);

    public static TheoryData<Dialect, string> Targets() => new()
    {
        { Dialect.OpenAIChat, "gpt-4.1" }, { Dialect.OpenAIResponses, "gpt-4.1" }, { Dialect.AnthropicMessages, "claude-sonnet-4-5" },
        { Dialect.BedrockConverse, "anthropic.claude-sonnet-4-5-20250929-v1:0" },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public void Names_OfAnotherDialect_AreSpelledAsTheProviderTakesThem(Dialect target, string model)
    {
        var request = $$$$"""
            {"contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"functionCall":{"id":"c1","name":"calendar.list","args":{}}}]},
             {"role":"user","parts":[{"functionResponse":{"id":"c1","name":"calendar.list","response":{}}}]}],
             "tools":[{"functionDeclarations":[{"name":"calendar.list","parameters":{"type":"OBJECT"}},{"name":"{{{{Long}}}}","parameters":{"type":"OBJECT"}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["calendar.list"]}}}
            """;
        var (body, lost, _) = Translated.Request(Dialect.GeminiContent, request, target, model);
        var names = Name().Matches(body.ToJsonString()).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Matches("^[a-zA-Z0-9_-]{1,64}$", name));
        // The definition, the call and the choice are called the same.
        Assert.Equal(ToolNames.Valid(JsonString.From("calendar.list")).ToText(), names.GroupBy(name => name).MaxBy(group => group.Count())!.Key);
        Assert.Contains("tools[0].name", lost);
    }

    [Fact]
    public void Names_LongerThanGeminiTakes_AreSpelledForIt()
    {
        var request = $$$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"1{{{Long}}}","input_schema":{"type":"object"}}]}""";
        var (body, _, _) = Translated.Request(Dialect.AnthropicMessages, request, Dialect.GeminiContent, "gemini-2.5-flash");
        Assert.Matches("^[a-zA-Z_][a-zA-Z0-9_-]{1,63}$", body["tools"]![0]!["functionDeclarations"]![0]!["name"]!.ToString());
    }

    [Fact]
    public void Names_OfTheSameDialect_StayAsTheyCame()
    {
        var request = $$$"""{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tools":[{"name":"{{{Long}}}","input_schema":{"type":"object"}}]}""";
        var (body, lost, _) = Translated.Request(Dialect.AnthropicMessages, request, Dialect.AnthropicMessages, "claude-sonnet-4-5");
        Assert.Equal((Long, 0), (body["tools"]![0]!["name"]!.ToString(), lost.Length));
    }

    [Fact]
    public void Name_InTheAnswer_IsTheCallersOwn()
    {
        var request = DialectCodecs.Of(Dialect.GeminiContent).ReadRequest(
            JsonValue.Literal("""{"contents":[{"parts":[{"text":"hi"}]}],"tools":[{"functionDeclarations":[{"name":"calendar.list"}]}]}"""u8), default);
        using var folded = new FoldedReply();
        var sink = new CallerReplySink(request, new LossReport(), folded);
        sink.Accept(new ReplyEvent(ReplyEventKind.PartStarted) { PartKind = ReplyPartKind.ToolCall, Name = ToolNames.Valid(JsonString.From("calendar.list")) });
        Assert.Equal("calendar.list", folded.Parts[0].Name.ToText());
    }

    [GeneratedRegex("\"name\":\"([^\"]*)\"")]
    private static partial Regex Name();
}
