using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.BedrockConverse;

/// <summary>Requests: the dialect's own come out as they went in; foreign ones as the model takes them.</summary>
public sealed class ConverseRequestTests
{
    private const string Own = """
        {"system":[{"text":"Be brief."},{"cachePoint":{"type":"default"}},{"guardContent":{"text":{"text":"guarded"}}}],
        "messages":[
          {"role":"user","content":[
            {"text":"Look"},{"image":{"format":"png","source":{"bytes":"aGk="}}},{"image":{"format":"jpeg","source":{"s3Location":{"uri":"s3://b/k"}}}},
            {"document":{"format":"pdf","name":"report","source":{"bytes":"aGk="},"citations":{"enabled":true},"context":"c"}},
            {"document":{"name":"plain","source":{"text":"words"}}},{"document":{"format":"md","name":"pieces","source":{"content":[{"text":"a"}]}}},
            {"video":{"format":"mp4","source":{"bytes":"aGk="}}},{"audio":{"format":"mp3","source":{"bytes":"aGk="}}},
            {"cachePoint":{"type":"default","ttl":"1h"}}]},
          {"role":"assistant","content":[
            {"reasoningContent":{"reasoningText":{"text":"hm","signature":"c2ln"}}},{"reasoningContent":{"redactedContent":"cmVk"}},
            {"text":"calling"},{"toolUse":{"toolUseId":"t1","name":"f","input":{"b":1.0,"a":"\u00e9"}}},{"toolUse":{"toolUseId":"t2","name":"f","input":{}}}]},
          {"role":"user","content":[
            {"toolResult":{"toolUseId":"t1","content":[{"json":{"ok":true}},{"text":"x"},{"image":{"format":"webp","source":{"bytes":"aGk="}}}],"status":"success"}},
            {"toolResult":{"toolUseId":"t2","content":[{"text":"failed"}],"status":"error"}},
            {"searchResult":{"source":"s","title":"t","content":[{"text":"x"}]}}]},
          {"role":"assistant","content":[{"citationsContent":{"content":[{"text":"cited"}],"citations":[{"title":"report","location":{"documentPage":{"documentIndex":0,"start":1,"end":2}}}]}}]},
          {"role":"user","content":[{"text":"more"}]}],
        "inferenceConfig":{"maxTokens":2000,"temperature":0.5,"topP":0.9,"stopSequences":["END"]},
        "toolConfig":{"tools":[
          {"toolSpec":{"name":"f","description":"does","inputSchema":{"json":{"type":"object","properties":{"a":{"type":"string"}}}},"strict":true}},
          {"cachePoint":{"type":"default"}},{"systemTool":{"name":"nova_grounding"}}],"toolChoice":{"tool":{"name":"f"}}},
        "additionalModelRequestFields":{"top_k":5,"thinking":{"type":"enabled","budget_tokens":1500},"anthropic_beta":["x"]},
        "additionalModelResponseFieldPaths":["/stop_sequence"],
        "guardrailConfig":{"guardrailIdentifier":"g","guardrailVersion":"1"},"performanceConfig":{"latency":"optimized"},
        "requestMetadata":{"team":"a"},"serviceTier":{"type":"flex"},"promptVariables":{"v":{"text":"x"}},
        "outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\",\"minProperties\":1}","name":"n","description":"d"}}}}}
        """;

    [Fact]
    public void OwnRequest_IsWrittenAgainAsItCame()
    {
        var (body, lost, _) = Converse.Write(Converse.Read(Own));
        Converse.AssertSame(Own, body);
        Assert.Empty(lost);
    }

    [Theory]
    [InlineData("us.amazon.nova-2-lite-v1:0", """{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"low"}}""")]
    [InlineData("openai.gpt-oss-120b-1:0", """{"reasoning_effort":"high"}""")]
    [InlineData("anthropic.claude-opus-4-6-v1", """{"thinking":{"type":"adaptive"},"output_config":{"effort":"max"}}""")]
    public void OwnReasoning_OfEachFamily_IsWrittenAgainAsItCame(string model, string fields)
    {
        var own = $$"""{"messages":[{"role":"user","content":[{"text":"x"}]}],"additionalModelRequestFields":{{fields}}}""";
        Converse.AssertSame(own, Converse.Write(Converse.Read(own, model), model).Body);
    }

    [Fact]
    public void ChatRequest_ForClaude_IsWrittenAsItTakesIt()
    {
        var (body, lost, writing) = Converse.Write(Foreign());
        Converse.AssertSame(
            """
            {"system":[{"text":"Be brief."},{"text":"And kind."}],
            "messages":[
              {"role":"user","content":[{"text":"Look"},{"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}},
                {"document":{"format":"pdf","name":"my report pdf","source":{"bytes":"aGk="}}},{"document":{"format":"txt","name":"my report pdf 2","source":{"bytes":"d29yZHM="}}},
                {"cachePoint":{"type":"default","ttl":"1h"}}]},
              {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"c2ln"}}},{"text":"calling"},
                {"toolUse":{"toolUseId":"enc_612e31","name":"f","input":{"z":1,"a":2}}},{"toolUse":{"toolUseId":"b","name":"f","input":{"_raw":"not json"}}}]},
              {"role":"user","content":[{"toolResult":{"toolUseId":"enc_612e31","content":[{"text":"sunny"}]}},
                {"toolResult":{"toolUseId":"b","content":[{"text":"."}],"status":"error"}},{"text":"go on"}]}],
            "inferenceConfig":{"maxTokens":1000,"temperature":0.5,"stopSequences":["END"]},
            "toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"does","inputSchema":{"json":{"type":"object","properties":{}}}}}],"toolChoice":{"any":{}}},
            "additionalModelRequestFields":{"top_k":7},
            "requestMetadata":{"team":"a"}}
            """,
            body);
        Assert.Equal(
            ["messages[2].content[1].audio", "messages[3].content[0].reasoning", "messages[3].content[2].arguments", "metadata", "parallel_tool_calls", "seed", "tools[1]", "top_p"],
            lost.Order(StringComparer.Ordinal));
        Assert.False(writing.OutputTool.IsPresent);
    }

    [Fact]
    public void Choice_None_LeavesToolsOut_UnlessTheHistoryCallsThem()
    {
        var conversation = Simple();
        conversation.Tools.Add(Tool("f"));
        conversation.ToolChoice = new ToolChoice(ToolChoiceMode.None);
        var (body, lost, _) = Converse.Write(conversation);
        Assert.Null(JsonNode.Parse(body)!["toolConfig"]);
        Assert.Empty(lost);

        AddCall(conversation, "f");
        conversation.Tools.Add(Tool("unused"));
        (body, lost, _) = Converse.Write(conversation);
        Converse.AssertSame("""{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object"}}}}]}""", JsonNode.Parse(body)!["toolConfig"]!.ToJsonString());
        Assert.Equal(["tool_choice"], lost);
    }

    [Fact]
    public void History_WithCallsOfToolsThatAreNotOffered_DefinesThem()
    {
        var conversation = Simple();
        AddCall(conversation, "gone");
        var (body, lost, _) = Converse.Write(conversation);
        Converse.AssertSame("""{"tools":[{"toolSpec":{"name":"gone","inputSchema":{"json":{"type":"object"}}}}]}""", JsonNode.Parse(body)!["toolConfig"]!.ToJsonString());
        Assert.Equal(["tools"], lost);
    }

    [Theory]
    [InlineData("meta.llama3-3-70b-instruct-v1:0", false, null)]
    [InlineData("mistral.mistral-large-2407-v1:0", false, """{"tool":{"name":"parley_output"}}""")]
    [InlineData("mistral.mistral-large-2407-v1:0", true, """{"any":{}}""")]
    [InlineData("anthropic.claude-3-7-sonnet-20250219-v1:0", false, """{"tool":{"name":"parley_output"}}""")]
    public void Schema_ForAModelWithoutOne_BecomesATool(string model, bool hasTools, string? choice)
    {
        var conversation = Simple();
        conversation.Output = new OutputFormat(OutputFormatKind.JsonSchema) { Schema = Converse.Value("""{"type":"object","properties":{}}""") };
        if (hasTools) conversation.Tools.Add(Tool("f"));
        var (body, _, writing) = Converse.Write(conversation, model);
        var tools = JsonNode.Parse(body)!["toolConfig"]!;
        Assert.Equal("parley_output", tools["tools"]!.AsArray()[^1]!["toolSpec"]!["name"]!.GetValue<string>());
        Assert.Equal(choice, tools["toolChoice"]?.ToJsonString());
        Assert.Equal("parley_output", writing.OutputTool.ToText());
    }

    [Fact]
    public void Schema_ForAModelThatTakesOne_IsLoweredIntoAString()
    {
        var conversation = Simple();
        conversation.Output = new OutputFormat(OutputFormatKind.JsonSchema)
        {
            Name = JsonString.From("n"),
            Schema = Converse.Value("""{"type":"object","properties":{"a":{"type":"integer","minimum":1}}}"""),
        };
        var (body, lost, writing) = Converse.Write(conversation);
        var schema = JsonNode.Parse(body)!["outputConfig"]!["textFormat"]!["structure"]!["jsonSchema"]!;
        Converse.AssertSame("""{"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":false}""", schema["schema"]!.GetValue<string>());
        Assert.Equal("response_format.schema.properties.a.minimum", Assert.Single(lost));
        Assert.False(writing.OutputTool.IsPresent);
    }

    [Theory]
    [InlineData("anthropic.claude-3-7-sonnet-20250219-v1:0", "medium", """{"thinking":{"type":"enabled","budget_tokens":4250}}""")]
    [InlineData("anthropic.claude-sonnet-4-6", "xhigh", """{"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}""")]
    [InlineData("anthropic.claude-opus-4-7", "xhigh", """{"thinking":{"type":"adaptive"},"output_config":{"effort":"xhigh"}}""")]
    [InlineData("us.amazon.nova-2-lite-v1:0", "minimal", """{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"low"}}""")]
    [InlineData("openai.gpt-oss-20b-1:0", "xhigh", """{"reasoning_effort":"high"}""")]
    [InlineData("anthropic.claude-3-7-sonnet-20250219-v1:0", "none", null)]
    public void Effort_IsSaidInTheModelsOwnWords(string model, string effort, string? expected)
    {
        var conversation = Simple();
        conversation.Fields[RequestField.ReasoningEffort] = Converse.Value($"\"{effort}\"");
        conversation.Fields[RequestField.MaxOutputTokens] = Converse.Value("10000");
        var (body, lost, _) = Converse.Write(conversation, model);
        Assert.Equal(expected, JsonNode.Parse(body)!["additionalModelRequestFields"]?.ToJsonString());
        Assert.Empty(lost);
    }

    [Fact]
    public void Effort_ForAModelThatCannotThink_IsReported()
    {
        var conversation = Simple();
        conversation.Fields[RequestField.ReasoningEffort] = Converse.Value("\"high\"");
        var (body, lost, _) = Converse.Write(conversation, "meta.llama3-3-70b-instruct-v1:0");
        Assert.Null(JsonNode.Parse(body)!["additionalModelRequestFields"]);
        Assert.Equal(["reasoning_effort"], lost);
    }

    [Theory]
    [InlineData(Converse.Claude, true)]
    [InlineData("amazon.nova-pro-v1:0", true)]
    [InlineData("meta.llama3-3-70b-instruct-v1:0", false)]
    public void FailedResult_HasAStatusWhereTheModelTakesOne(string model, bool takes)
    {
        var conversation = Simple();
        conversation.Tools.Add(Tool("f"));
        conversation.Turns.Add(TurnOf(TurnRole.Assistant, 1, new ToolCallPart(JsonString.From("c"), JsonString.From("f"))));
        var result = new ToolResultPart(JsonString.From("c")) { IsError = true };
        result.Content.Add(new TextPart(JsonString.From("No such city.")));
        conversation.Turns.Add(TurnOf(TurnRole.Tool, 2, result));
        var (body, lost, _) = Converse.Write(conversation, model);
        var written = JsonNode.Parse(body)!["messages"]![2]!["content"]![0]!["toolResult"]!;
        Assert.Equal(takes ? "error" : null, written["status"]?.GetValue<string>());
        Assert.Equal(takes ? 0 : 1, lost.Count);
    }

    [Fact]
    public void ThinkingClaude_TakesNoForcedToolNorTemperature()
    {
        var conversation = Simple();
        conversation.Tools.Add(Tool("f"));
        conversation.ToolChoice = new ToolChoice(ToolChoiceMode.Required);
        conversation.Fields[RequestField.ReasoningEffort] = Converse.Value("\"low\"");
        conversation.Fields[RequestField.Temperature] = Converse.Value("0.2");
        var (body, lost, _) = Converse.Write(conversation);
        Assert.Null(JsonNode.Parse(body)!["toolConfig"]!["toolChoice"]);
        Converse.AssertSame("""{"maxTokens":64000}""", JsonNode.Parse(body)!["inferenceConfig"]!.ToJsonString());
        Assert.Equal(["temperature", "tool_choice"], lost.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ParallelCalls_ForbiddenOnClaude_AreSaidInAnthropicsWords()
    {
        var conversation = Simple();
        conversation.Tools.Add(Tool("f"));
        conversation.Fields[RequestField.ParallelToolCalls] = Converse.Value("false");
        var (body, lost, _) = Converse.Write(conversation);
        Converse.AssertSame("""{"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}""", JsonNode.Parse(body)!["additionalModelRequestFields"]!.ToJsonString());
        Assert.Empty(lost);
    }

    [Fact]
    public void CacheMarks_WhereTheModelTakesNone_AreReported()
    {
        var conversation = Simple();
        conversation.Turns[0].Parts[0].CacheControl = Converse.Value("""{"type":"ephemeral"}""");
        var (body, lost, _) = Converse.Write(conversation, "meta.llama3-3-70b-instruct-v1:0");
        Assert.DoesNotContain("cachePoint", body, StringComparison.Ordinal);
        Assert.Equal(["messages[0].content[0].cache_control"], lost);
    }

    [Fact]
    public void Breakpoints_WhenTheOperatorWantsThem_StandBehindToolsInstructionsAndTheLastUserMessage()
    {
        var conversation = Simple();
        conversation.Turns.Insert(0, TurnOf(TurnRole.System, 5, new TextPart(JsonString.From(new string('x', 4096)))));
        conversation.Tools.Add(Tool("f"));
        Assert.Equal(3, Converse.Write(conversation, addsBreakpoints: true).Body.Split("cachePoint").Length - 1);
        Assert.Equal(0, Converse.Write(conversation, "amazon.nova-pro-v1:0", addsBreakpoints: true).Body.Split("cachePoint").Length - 1);
    }

    [Fact]
    public void Image_ByAddress_IsRefusedBeforeItIsSent()
    {
        var conversation = new Conversation(Dialect.OpenAIChat);
        conversation.Turns.Add(TurnOf(TurnRole.User, 0, new MediaPart(MediaKind.Image, MediaSourceKind.Url, JsonString.From("https://example.com/a.png")) { Index = 0 }));
        Assert.Equal("messages[0].content[0].image", Assert.Throws<DialectException>(() => Converse.Write(conversation)).Path);
    }

    [Fact]
    public void Document_Alone_GetsAText()
    {
        var conversation = new Conversation(Dialect.OpenAIChat);
        conversation.Turns.Add(TurnOf(TurnRole.User, 0, new MediaPart(MediaKind.Document, MediaSourceKind.Base64, JsonString.From("aGk=")) { MediaType = JsonString.From("application/pdf") }));
        Converse.AssertSame(
            """{"messages":[{"role":"user","content":[{"document":{"format":"pdf","name":"document","source":{"bytes":"aGk="}}},{"text":"."}]}]}""",
            Converse.Write(conversation).Body);
    }

    [Fact]
    public void Instructions_Alone_AreAsked()
    {
        var conversation = new Conversation(Dialect.OpenAIChat);
        conversation.Turns.Add(TurnOf(TurnRole.System, 0, new TextPart(JsonString.From("Say hi"))));
        Converse.AssertSame("""{"messages":[{"role":"user","content":[{"text":"Say hi"}]}]}""", Converse.Write(conversation).Body);
    }

    [Theory]
    [InlineData("[]", "body")]
    [InlineData("""{"messages":{}}""", "messages")]
    [InlineData("""{"messages":[{"role":"system","content":[]}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":1}]}]}""", "messages[0].content[0].text")]
    [InlineData("""{"messages":[{"role":"user","content":[{"toolUse":{"name":"f"}}]}]}""", "messages[0].content[0].toolUse.toolUseId")]
    [InlineData("""{"messages":[{"role":"user","content":[{"toolResult":{"toolUseId":"t","content":[],"status":"odd"}}]}]}""", "messages[0].content[0].toolResult.status")]
    [InlineData("""{"inferenceConfig":{"maxTokens":"many"}}""", "inferenceConfig.maxTokens")]
    [InlineData("""{"toolConfig":{"tools":[{"toolSpec":{"name":"f"}}]}}""", "toolConfig.tools[0].toolSpec.inputSchema")]
    [InlineData("""{"toolConfig":{"toolChoice":{}}}""", "toolConfig.toolChoice")]
    public void BadRequest_NamesItsField(string body, string path) =>
        Assert.Equal(path, Assert.Throws<DialectException>(() => Converse.Read(body)).Path);

    [Fact]
    public void Requests_DamagedAnywhere_GiveNothingButDialectExceptions()
    {
        var source = JsonNode.Parse(Own)!;
        for (var seed = 0; seed < 1500; seed++)
        {
            var random = new Random(seed);
            var damaged = Damage(source, random)?.ToJsonString() ?? "null";
            try
            {
                Converse.Write(Converse.Read(damaged), seed % 2 == 0 ? Converse.Claude : "meta.llama3-3-70b-instruct-v1:0");
            }
            catch (DialectException)
            {
            }
        }
    }

    [Fact]
    public void Answers_DamagedAnywhere_NeverThrow()
    {
        var source = JsonNode.Parse(Own)!;
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var content = Damage(source["messages"]![seed % 4]!["content"]!, random)?.ToJsonString() ?? "null";
            Converse.Rewrite($$$"""{"output":{"message":{"content":{{{content}}}}},"stopReason":{{{random.Next(3)}}},"usage":{{{content}}}}""");
            Converse.RewriteStream(
                [$$$"""{"contentBlockStart":{"contentBlockIndex":0,"start":{{{content}}}}}""", $$$"""{"contentBlockDelta":{"contentBlockIndex":{{{random.Next(2)}}},"delta":{{{content}}}}}""",
                 $$$"""{"messageStop":{"stopReason":{{{content}}}}}""", $$$"""{"metadata":{"usage":{{{content}}}}}"""]);
        }
    }

    private static JsonNode? Damage(JsonNode? node, Random random)
    {
        if (random.Next(40) == 0)
        {
            return random.Next(6) switch
            {
                0 => null,
                1 => JsonNode.Parse("1"),
                2 => JsonNode.Parse("\"x\""),
                3 => JsonNode.Parse("[]"),
                4 => JsonNode.Parse("{}"),
                _ => JsonNode.Parse("true"),
            };
        }

        return node switch
        {
            JsonObject map => new JsonObject(map.Where(_ => random.Next(60) != 0).Select(p => KeyValuePair.Create(p.Key, Damage(p.Value, random)))),
            JsonArray list => new JsonArray([.. list.Where(_ => random.Next(60) != 0).Select(item => Damage(item, random))]),
            _ => node?.DeepClone(),
        };
    }

    private static Conversation Simple()
    {
        var conversation = new Conversation(Dialect.OpenAIChat);
        conversation.Turns.Add(TurnOf(TurnRole.User, 0, new TextPart(JsonString.From("hi")) { Index = 0 }));
        return conversation;
    }

    private static ToolDefinition Tool(string name) => new(ToolKind.Function, JsonString.From(name)) { Schema = Converse.Value("""{"type":"object"}""") };

    private static void AddCall(Conversation conversation, string name)
    {
        conversation.Turns.Add(TurnOf(TurnRole.Assistant, 1, new ToolCallPart(JsonString.From("c"), JsonString.From(name))));
        var result = new ToolResultPart(JsonString.From("c"));
        result.Content.Add(new TextPart(JsonString.From("ok")));
        conversation.Turns.Add(TurnOf(TurnRole.Tool, 2, result));
    }

    private static Turn TurnOf(TurnRole role, int index, params ContentPart[] parts)
    {
        var turn = new Turn(role, index);
        turn.Parts.AddRange(parts);
        return turn;
    }

    private static Conversation Foreign()
    {
        var conversation = new Conversation(Dialect.OpenAIChat);
        conversation.Turns.Add(TurnOf(TurnRole.System, 0, new TextPart(JsonString.From("Be brief."))));
        conversation.Turns.Add(TurnOf(TurnRole.Developer, 1, new TextPart(JsonString.From("And kind."))));
        conversation.Turns.Add(TurnOf(
            TurnRole.User,
            2,
            new TextPart(JsonString.From("Look")) { Index = 0 },
            new MediaPart(MediaKind.Audio, MediaSourceKind.Base64, JsonString.From("aGk=")) { Index = 1, MediaType = JsonString.From("audio/wav") },
            new MediaPart(MediaKind.Image, MediaSourceKind.Base64, JsonString.From("iVBORw0KGgo=")) { Index = 2 },
            new MediaPart(MediaKind.Document, MediaSourceKind.Base64, JsonString.From("aGk=")) { Index = 3, Name = JsonString.From("my_report.pdf") },
            new MediaPart(MediaKind.Document, MediaSourceKind.Text, JsonString.From("words"))
            {
                Index = 4,
                Name = JsonString.From("my/report.pdf"),
                MediaType = JsonString.From("text/plain"),
                CacheControl = Converse.Value("""{"type":"ephemeral","ttl":"1h"}"""),
            }));
        conversation.Turns.Add(TurnOf(
            TurnRole.Assistant,
            3,
            new ReasoningPart { Origin = ReasoningOrigin.OpenAI, Signature = JsonString.From("enc"), Index = 0 },
            new ReasoningPart { Origin = ReasoningOrigin.Anthropic, Text = JsonString.From("hm"), Signature = JsonString.From("c2ln"), Index = 1 },
            new TextPart(JsonString.From("calling")),
            new ToolCallPart(JsonString.From("a.1"), JsonString.From("f")) { Arguments = Encoding.UTF8.GetBytes("""{"z":1,"a":2}""") },
            new ToolCallPart(JsonString.From("b"), JsonString.From("f")) { Arguments = Encoding.UTF8.GetBytes("not json"), Index = 2 }));
        var sunny = new ToolResultPart(JsonString.From("a.1"));
        sunny.Content.Add(new TextPart(JsonString.From("sunny")));
        conversation.Turns.Add(TurnOf(TurnRole.Tool, 4, sunny));
        conversation.Turns.Add(TurnOf(TurnRole.Tool, 5, new ToolResultPart(JsonString.From("b")) { IsError = true }));
        conversation.Turns.Add(TurnOf(TurnRole.User, 6, new TextPart(JsonString.From("go on")), new TextPart(JsonString.From(" "))));
        conversation.Tools.Add(new ToolDefinition(ToolKind.Function, JsonString.From("f")) { Description = JsonString.From("does"), Strict = Converse.Value("false") });
        conversation.Tools.Add(new ToolDefinition(ToolKind.Custom, JsonString.From("free")) { Index = 1 });
        conversation.ToolChoice = new ToolChoice(ToolChoiceMode.Required);
        conversation.StopSequences.Add(JsonString.From("END"));
        Set(RequestField.MaxOutputTokens, "1000");
        Set(RequestField.Temperature, "0.5");
        Set(RequestField.TopP, "0.9");
        Set(RequestField.TopK, "7");
        Set(RequestField.Seed, "1");
        Set(RequestField.ChoiceCount, "1");
        Set(RequestField.Store, "false");
        Set(RequestField.ServiceTier, "\"auto\"");
        Set(RequestField.ParallelToolCalls, "false");
        Set(RequestField.Metadata, """{"team":"a","odd":"é"}""");
        return conversation;

        void Set(RequestField field, string value) => conversation.Fields[field] = Converse.Value(value);
    }
}
