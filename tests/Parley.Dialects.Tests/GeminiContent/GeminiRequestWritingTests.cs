using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.GeminiContent;

/// <summary>Requests of other dialects, written for Gemini: whole bodies and whole reports.</summary>
public sealed class GeminiRequestWritingTests
{
    private static JsonValue Json(string text) => Gemini.Json(text);

    private static JsonString Str(string text) => Gemini.Text(text);

    private static Conversation Ask(string question = "Hi", Dialect origin = Dialect.OpenAIChat)
    {
        var conversation = new Conversation(origin);
        Say(conversation, TurnRole.User, new TextPart(Str(question)));
        return conversation;
    }

    private static Turn Say(Conversation conversation, TurnRole role, params ContentPart[] parts)
    {
        var turn = new Turn(role, conversation.Turns.Count);
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i].Index = i;
            turn.Parts.Add(parts[i]);
        }

        conversation.Turns.Add(turn);
        return turn;
    }

    private static ToolCallPart Call(string id, string name, string arguments) =>
        new(Str(id), Str(name)) { Arguments = Encoding.UTF8.GetBytes(arguments) };

    private static ToolResultPart Result(string id, params ContentPart[] content)
    {
        var result = new ToolResultPart(Str(id));
        result.Content.AddRange(content);
        return result;
    }

    private static ToolDefinition Tool(string name, string schema, int index = 0) =>
        new(ToolKind.Function, Str(name)) { Description = Str("d"), Schema = Json(schema), Index = index };

    [Fact]
    public void ChatWithToolsAndSystem_Written_IsGooglesRequest()
    {
        var conversation = new Conversation(Dialect.OpenAIChat);
        Say(conversation, TurnRole.System, new TextPart(Str("Be brief.")));
        Say(conversation, TurnRole.User, new TextPart(Str("Weather in Bonn and Rome?")));
        Say(conversation, TurnRole.Assistant, new TextPart(Str("")), Call("c1", "get", """{"city": "Bonn"}"""), Call("c2", "get", ""));
        Say(conversation, TurnRole.Tool, Result("c1", new TextPart(Str("sun"))));
        Say(conversation, TurnRole.Tool, Result("c2", new TextPart(Str("""{"sky":"grey"}"""))));
        Say(conversation, TurnRole.User, new TextPart(Str("And now?")));
        Say(conversation, TurnRole.Developer, new TextPart(Str("Metric units.")));
        conversation.Tools.Add(Tool("get", """{"type":"object","properties":{"city":{"type":"string"}}}"""));
        conversation.ToolChoice = new ToolChoice(ToolChoiceMode.Named) { Name = Str("get") };
        conversation.Fields[RequestField.MaxOutputTokens] = Json("100");
        conversation.Fields[RequestField.ParallelToolCalls] = Json("true");
        conversation.Fields[RequestField.LogitBias] = Json("""{"1":2}""");
        conversation.StopSequences.AddRange([.. "abcdef".Select(c => Str(c.ToString()))]);
        var (body, writing) = Gemini.Write(conversation, "gemini-2.5-flash");
        Gemini.Equal("""
            {"systemInstruction":{"parts":[{"text":"Be brief."},{"text":"Metric units."}]},
             "contents":[{"role":"user","parts":[{"text":"Weather in Bonn and Rome?"}]},
               {"role":"model","parts":[{"functionCall":{"id":"c1","name":"get","args":{"city":"Bonn"}}},{"functionCall":{"id":"c2","name":"get","args":{}}}]},
               {"role":"user","parts":[{"functionResponse":{"id":"c1","name":"get","response":{"output":"sun"}}},{"functionResponse":{"id":"c2","name":"get","response":{"sky":"grey"}}}]},
               {"role":"user","parts":[{"text":"And now?"}]}],
             "tools":[{"functionDeclarations":[{"name":"get","description":"d","parametersJsonSchema":{"type":"object","properties":{"city":{"type":"string"}}}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["get"]}},
             "generationConfig":{"maxOutputTokens":100,"stopSequences":["a","b","c","d","e"]}}
            """, body);
        Assert.Equal(["stop", "logit_bias"], writing.Losses.Losses.Select(loss => loss.Path));
    }

    [Fact]
    public void AnthropicToolLoop_Written_RestoresSignaturesOnTheirPartsAndDropsForeignThoughts()
    {
        var conversation = Ask("Q", Dialect.AnthropicMessages);
        Say(conversation, TurnRole.Assistant,
            new ReasoningPart { Origin = ReasoningOrigin.Anthropic, Text = Str("mine"), Signature = Str("A") },
            new ReasoningPart { Origin = ReasoningOrigin.Gemini, Signature = Str("R0NBTEw="), CallId = Str("c2") },
            Call("c1", "f", "{}"), Call("c2", "f", "not json"));
        Say(conversation, TurnRole.User, new TextPart(Str("also")) { CacheControl = Json("""{"type":"ephemeral"}""") },
            Result("c1", new TextPart(Str("a")), new TextPart(Str("b"))), Result("c2", new MediaPart(MediaKind.Image, MediaSourceKind.Base64, Str("AAAA")) { MediaType = Str("image/png") }));
        Say(conversation, TurnRole.Assistant, new ReasoningPart { Origin = ReasoningOrigin.Gemini, Signature = Str("VFhU") }, new TextPart(Str("done")));
        ((ToolResultPart)conversation.Turns[2].Parts[1]).IsError = true;
        var (body, writing) = Gemini.Write(conversation, "gemini-3-pro-preview");
        Gemini.Equal("""
            {"contents":[{"role":"user","parts":[{"text":"Q"}]},
               {"role":"model","parts":[{"functionCall":{"id":"c1","name":"f","args":{}}},{"functionCall":{"id":"c2","name":"f","args":{"_raw":"not json"}},"thoughtSignature":"R0NBTEw="}]},
               {"role":"user","parts":[{"functionResponse":{"id":"c1","name":"f","response":{"error":"a\nb"}}},
                  {"functionResponse":{"id":"c2","name":"f","response":{"output":""},"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}}]},
               {"role":"user","parts":[{"text":"also"}]},
               {"role":"model","parts":[{"text":"done","thoughtSignature":"VFhU"}]}]}
            """, body);
        Assert.Equal(
            ["messages[1].content[0].reasoning", "messages[2].content[0].cache_control", "messages[1].content[3].arguments"],
            writing.Losses.Losses.Select(loss => loss.Path));
    }

    [Fact]
    public void Gemini3_CallWithoutSignatureInTheCurrentTurn_GetsGooglesSkipValueOnTheFirstOfEachStep()
    {
        var conversation = Ask();
        Say(conversation, TurnRole.Assistant, Call("o", "f", "{}"));
        Say(conversation, TurnRole.Tool, Result("o", new TextPart(Str("1"))));
        Say(conversation, TurnRole.User, new TextPart(Str("again")));
        Say(conversation, TurnRole.Assistant, Call("a", "f", "{}"), Call("b", "f", "{}"));
        Say(conversation, TurnRole.Tool, Result("a", new TextPart(Str("1"))), Result("b", new TextPart(Str("2"))));
        Gemini.Equal("""
            {"contents":[{"role":"user","parts":[{"text":"Hi"}]},{"role":"model","parts":[{"functionCall":{"id":"o","name":"f","args":{}}}]},
             {"role":"user","parts":[{"functionResponse":{"id":"o","name":"f","response":{"output":"1"}}}]},{"role":"user","parts":[{"text":"again"}]},
             {"role":"model","parts":[{"functionCall":{"id":"a","name":"f","args":{}},"thoughtSignature":"skip_thought_signature_validator"},{"functionCall":{"id":"b","name":"f","args":{}}}]},
             {"role":"user","parts":[{"functionResponse":{"id":"a","name":"f","response":{"output":"1"}}},{"functionResponse":{"id":"b","name":"f","response":{"output":"2"}}}]}]}
            """, Gemini.Write(conversation, "gemini-3-pro-preview").Body);
        Assert.DoesNotContain("skip_", Gemini.Write(conversation, "gemini-2.5-pro").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Media_Written_AreInlineOrGooglesOwnAddresses()
    {
        var conversation = Ask();
        Say(conversation, TurnRole.User,
            new MediaPart(MediaKind.Image, MediaSourceKind.Url, Str("data:image/webp;base64,UklGRg==")),
            new MediaPart(MediaKind.Image, MediaSourceKind.Base64, Str("AAAA")) { Detail = Str("high") },
            new MediaPart(MediaKind.Document, MediaSourceKind.Text, Str("plain")),
            new MediaPart(MediaKind.Video, MediaSourceKind.Url, Str("https://www.youtube.com/watch?v=1")),
            new MediaPart(MediaKind.Document, MediaSourceKind.FileId, Str("file-1")));
        var (body, writing) = Gemini.Write(conversation);
        Gemini.Equal("""
            {"contents":[{"role":"user","parts":[{"text":"Hi"},{"inlineData":{"mimeType":"image/webp","data":"UklGRg=="}},{"inlineData":{"mimeType":"image/jpeg","data":"AAAA"}},
             {"text":"plain"},{"fileData":{"fileUri":"https://www.youtube.com/watch?v=1"}}]}]}
            """, body);
        Assert.Equal(["messages[1].content[1].detail", "messages[1].content[4].file_id"], writing.Losses.Losses.Select(loss => loss.Path));
    }

    [Fact]
    public void Address_ThatNobodyFetched_IsNamedAndRefused()
    {
        var conversation = Ask();
        var media = new MediaPart(MediaKind.Image, MediaSourceKind.Url, Str("https://example.com/a.png"));
        Say(conversation, TurnRole.User, media);
        Assert.Equal([media], MediaNeeds.Of(Gemini.Target(), conversation));
        Assert.Equal("messages[1].content[0]", Assert.Throws<DialectException>(() => Gemini.Write(conversation)).Path);
        media.Inline(Str("AAAA"), Str("image/png"));
        Assert.Contains("inlineData", Gemini.Write(conversation).Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_WithWhatGeminiRejects_IsLoweredAndReported()
    {
        var conversation = Ask();
        conversation.Output = new OutputFormat(OutputFormatKind.JsonSchema)
        {
            Schema = Json("""
                {"$schema":"x","type":"object","$defs":{"N":{"type":"object","properties":{"next":{"$ref":"#/$defs/N"},"minLength":{"type":"integer","exclusiveMinimum":0}}}},
                 "properties":{"n":{"$ref":"#/$defs/N"},"k":{"const":"a"},"u":{"oneOf":[{"type":"string","pattern":"x"},{"type":"null"}]}},"required":["n"],"additionalProperties":false}
                """),
        };
        var (body, writing) = Gemini.Write(conversation);
        Gemini.Equal("""
            {"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":
             {"type":"object","properties":{"n":{"type":"object","properties":{"next":{},"minLength":{"type":"integer"}}},"k":{"enum":["a"]},"u":{"anyOf":[{"type":"string"},{"type":"null"}]}},
              "required":["n"],"additionalProperties":false}}}
            """, body);
        Assert.Equal(
            ["response_format", "response_format.$schema", "response_format.properties.n.properties.minLength.exclusiveMinimum", "response_format.properties.u.oneOf[0].pattern"],
            writing.Losses.Losses.Select(loss => loss.Path));
    }

    [Fact]
    public void SchemaBesideTools_BeforeGemini3_BecomesAForcedTool()
    {
        var conversation = Ask();
        conversation.Tools.Add(Tool("get", """{"type":"object","properties":{}}"""));
        conversation.Tools.Add(new ToolDefinition(ToolKind.WebSearch, Str("web_search")) { Index = 1 });
        conversation.Output = new OutputFormat(OutputFormatKind.JsonSchema) { Schema = Json("""{"type":"object","properties":{"a":{"type":"string"}}}""") };
        var (body, writing) = Gemini.Write(conversation, "gemini-2.5-flash");
        Gemini.Equal("""
            {"contents":[{"role":"user","parts":[{"text":"Hi"}]}],
             "tools":[{"functionDeclarations":[{"name":"get","description":"d"},{"name":"parley_output","description":"Gives the final answer. Call it once, when the answer is ready.",
               "parametersJsonSchema":{"type":"object","properties":{"a":{"type":"string"}}}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY"}}}
            """, body);
        Assert.Equal("parley_output", writing.OutputTool.ToText());
        Assert.Equal(["tools[1]"], writing.Losses.Losses.Select(loss => loss.Path));
        Gemini.Equal("""
            {"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"tools":[{"functionDeclarations":[{"name":"get","description":"d"}],"googleSearch":{}}],
             "toolConfig":{"includeServerSideToolInvocations":true},
             "generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object","properties":{"a":{"type":"string"}}}}}
            """, Gemini.Write(conversation, "gemini-3-flash").Body);
    }

    [Theory]
    [InlineData("gemini-2.5-flash", "none", null, """{"thinkingBudget":0}""")]
    [InlineData("gemini-2.5-pro", "none", null, """{"thinkingBudget":128}""")]
    [InlineData("gemini-2.5-pro", null, "100000", """{"thinkingBudget":32768,"includeThoughts":true}""")]
    [InlineData("gemini-2.5-flash-lite", null, "100", """{"thinkingBudget":512,"includeThoughts":true}""")]
    [InlineData("gemini-2.5-flash", "low", null, """{"thinkingBudget":9830,"includeThoughts":true}""")]
    [InlineData("gemini-2.5-flash", null, "-1", """{"thinkingBudget":-1,"includeThoughts":true}""")]
    [InlineData("gemini-3-pro-preview", "minimal", null, """{"thinkingLevel":"LOW","includeThoughts":true}""")]
    [InlineData("gemini-3-pro-preview", "medium", null, """{"thinkingLevel":"HIGH","includeThoughts":true}""")]
    [InlineData("gemini-3-flash-preview", "minimal", null, """{"thinkingLevel":"MINIMAL","includeThoughts":true}""")]
    [InlineData("gemini-3-flash-preview", "medium", null, """{"thinkingLevel":"MEDIUM","includeThoughts":true}""")]
    [InlineData("gemini-3.8-flash", "none", null, """{"thinkingLevel":"LOW"}""")]
    [InlineData("gemini-3.8-flash", "xhigh", null, """{"thinkingLevel":"HIGH","includeThoughts":true}""")]
    public void Reasoning_Asked_IsWhatTheModelTakes(string model, string? effort, string? budget, string expected)
    {
        var conversation = Ask();
        if (effort is not null) conversation.Fields[RequestField.ReasoningEffort] = Json($"\"{effort}\"");
        if (budget is not null) conversation.Fields[RequestField.ReasoningBudget] = Json(budget);
        Gemini.Equal(
            """{"contents":[{"role":"user","parts":[{"text":"Hi"}]}],"generationConfig":{"thinkingConfig":""" + expected + "}}",
            Gemini.Write(conversation, model).Body);
    }

    [Fact]
    public void SystemAlone_Written_IsAQuestion()
    {
        var conversation = new Conversation(Dialect.AnthropicMessages);
        Say(conversation, TurnRole.System, new TextPart(Str("Go.")));
        Gemini.Equal("""{"contents":[{"role":"user","parts":[{"text":"Go."}]}]}""", Gemini.Write(conversation).Body);
    }

    [Fact]
    public void Result_WithoutACall_IsRefused()
    {
        var conversation = Ask();
        Say(conversation, TurnRole.Tool, Result("c9", new TextPart(Str("1"))));
        Assert.Equal("messages[1].content[0]", Assert.Throws<DialectException>(() => Gemini.Write(conversation)).Path);
    }
}
