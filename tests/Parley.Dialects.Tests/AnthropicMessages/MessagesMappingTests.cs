using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.AnthropicMessages;

/// <summary>Conversations of another dialect, written for Claude: whole bodies.</summary>
public sealed class MessagesMappingTests
{
    [Fact]
    [Trait("Contract", "5.anthropic-rules")]
    public void Conversation_WithEverything_IsWrittenForSonnet45()
    {
        var request = Chat("gpt");
        request.IsStream = true;
        request.Fields[RequestField.Temperature] = JsonValue.Literal("1.5"u8);
        request.Fields[RequestField.TopP] = JsonValue.Literal("0.9"u8);
        request.Fields[RequestField.Seed] = JsonValue.Number(7);
        request.Fields[RequestField.User] = JsonValue.Literal("\"u-1\""u8);
        request.Fields[RequestField.ServiceTier] = JsonValue.Literal("\"flex\""u8);
        request.Fields[RequestField.ParallelToolCalls] = JsonValue.Literal("false"u8);
        request.StopSequences.Add(Text("END"));
        request.Tools.Add(new ToolDefinition(ToolKind.Function, Text("get_weather"))
        {
            Description = Text("Weather"),
            Schema = Messages.Json("""{"type":"object","properties":{"city":{"type":"string"}}}"""),
            Index = 0,
        });
        request.Tools.Add(new ToolDefinition(ToolKind.Custom, Text("sql")) { Index = 1 });
        request.ToolChoice = new ToolChoice(ToolChoiceMode.Required);
        Say(request, TurnRole.System, new TextPart(Text("Be brief.")));
        Say(request, TurnRole.User, new TextPart(Text("Look:")), Image("data:image\\/png;base64,iVBO\\/w=="), Image("https://x/y.jpg"),
            new MediaPart(MediaKind.Audio, MediaSourceKind.Base64, Text("AAAA")) { Index = 3 });
        Say(request, TurnRole.Assistant, new ReasoningPart { Text = Text("foreign"), Origin = ReasoningOrigin.OpenAI, Signature = Text("enc") },
            new TextPart(Text("")), Call("call|1", "get_weather", """{"city":"Paris"}"""), Call("c2", "get_weather", ""), Call("c3", "get_weather", "[1"));
        Say(request, TurnRole.Tool, Result("call|1", new TextPart(Text("Sunny"))));
        Say(request, TurnRole.Tool, Result("c2", new TextPart(Text("a")), new JsonPart(Messages.Json("""{"b":1}"""))));
        Say(request, TurnRole.Developer, new TextPart(Text("In French.")));
        Say(request, TurnRole.User, new TextPart(Text("And now?")));

        var (body, losses, _) = Messages.Write(request, Messages.Target("claude-sonnet-4-5"));
        Messages.AssertJson("""
            {"model":"claude-sonnet-4-5","max_tokens":64000,
             "system":[{"type":"text","text":"Be brief."},{"type":"text","text":"In French."}],
             "messages":[
              {"role":"user","content":[{"type":"text","text":"Look:"},
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO/w=="}},
                {"type":"image","source":{"type":"url","url":"https://x/y.jpg"}}]},
              {"role":"assistant","content":[
                {"type":"tool_use","id":"enc_63616c6c7c31","name":"get_weather","input":{"city":"Paris"}},
                {"type":"tool_use","id":"c2","name":"get_weather","input":{}},
                {"type":"tool_use","id":"c3","name":"get_weather","input":{"_raw":"[1"}}]},
              {"role":"user","content":[
                {"type":"tool_result","tool_use_id":"enc_63616c6c7c31","content":"Sunny"},
                {"type":"tool_result","tool_use_id":"c2","content":[{"type":"text","text":"a"},{"type":"text","text":"{\"b\":1}"}]},
                {"type":"text","text":"And now?"}]}],
             "tools":[{"name":"get_weather","description":"Weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}],
             "tool_choice":{"type":"any","disable_parallel_tool_use":true},
             "temperature":1,"stop_sequences":["END"],"metadata":{"user_id":"u-1"},"service_tier":"standard_only","stream":true}
            """, body);
        Assert.Equal(
            ["messages[1].content[3].audio", "messages[2].content[0].reasoning", "messages[2].content[4].arguments", "seed", "temperature", "tools[1]", "top_p"],
            Messages.Paths(losses).Order(StringComparer.Ordinal));
    }

    [Theory]
    // A budget from the effort, at least 1024 and below the limit.
    [InlineData("claude-sonnet-4", "high", 10000, """{"type":"enabled","budget_tokens":8000}""", null)]
    [InlineData("claude-sonnet-4", "minimal", 10000, """{"type":"enabled","budget_tokens":1024}""", null)]
    [InlineData("claude-sonnet-4", "none", 10000, null, null)]
    [InlineData("claude-opus-4-5", "xhigh", 10000, """{"type":"enabled","budget_tokens":9200}""", "high")]
    [InlineData("claude-sonnet-4-6", "medium", 10000, """{"type":"adaptive"}""", "medium")]
    [InlineData("claude-sonnet-4-6", "none", 10000, """{"type":"disabled"}""", null)]
    [InlineData("claude-opus-4-7", "minimal", 10000, """{"type":"adaptive","display":"summarized"}""", "low")]
    [InlineData("claude-opus-4-7", "xhigh", 10000, """{"type":"adaptive","display":"summarized"}""", "xhigh")]
    [Trait("Contract", "5.anthropic-rules")]
    public void Effort_ForEachKindOfClaude_BecomesWhatItTakes(string model, string effort, int limit, string? thinking, string? word)
    {
        var request = Hello();
        request.Fields[RequestField.MaxOutputTokens] = JsonValue.Number(limit);
        request.Fields[RequestField.ReasoningEffort] = JsonValue.Quote(Text(effort));
        var (body, losses, _) = Messages.Write(request, Messages.Target(model));
        Messages.AssertJson(thinking ?? "null", body["thinking"]);
        Assert.Equal(word, body["output_config"]?["effort"]?.GetValue<string>());
        Assert.Empty(losses.Losses);
    }

    [Theory]
    [InlineData("claude-3-5-haiku", "high", 10000)]
    [InlineData("claude-sonnet-4", "high", 1000)]
    [InlineData("claude-fable-5", "none", 10000)]
    public void Effort_WithNoRoomOrNoWord_IsReported(string model, string effort, int limit)
    {
        var request = Hello();
        request.Fields[RequestField.MaxOutputTokens] = JsonValue.Number(limit);
        request.Fields[RequestField.ReasoningEffort] = JsonValue.Quote(Text(effort));
        var (body, losses, _) = Messages.Write(request, Messages.Target(model));
        Assert.Null(body["thinking"]);
        Assert.Equal(["reasoning_effort"], Messages.Paths(losses));
    }

    [Fact]
    public void Thinking_BesideForcedToolAndSampling_WinsAndReports()
    {
        var request = Hello();
        request.Fields[RequestField.ReasoningEffort] = JsonValue.Literal("\"low\""u8);
        request.Fields[RequestField.Temperature] = JsonValue.Literal("0.2"u8);
        request.Fields[RequestField.TopK] = JsonValue.Number(5);
        request.Tools.Add(new ToolDefinition(ToolKind.Function, Text("f")));
        request.ToolChoice = new ToolChoice(ToolChoiceMode.Named) { Name = Text("f") };
        var (body, losses, _) = Messages.Write(request, Messages.Target("claude-sonnet-4"));
        Messages.AssertJson("""
            {"model":"claude-sonnet-4","max_tokens":64000,"messages":[{"role":"user","content":"Hi"}],
             "tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"},
             "thinking":{"type":"enabled","budget_tokens":9600}}
            """, body);
        Assert.Equal(["temperature", "tool_choice", "top_k"], Messages.Paths(losses).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Thinking_WithOpenToolCallOfAnotherModel_IsLeftOut()
    {
        var request = Hello();
        request.Fields[RequestField.ReasoningEffort] = JsonValue.Literal("\"low\""u8);
        Say(request, TurnRole.Assistant, Call("c", "f", "{}"));
        Say(request, TurnRole.Tool, Result("c", new TextPart(Text("r"))));
        var (body, losses, _) = Messages.Write(request, Messages.Target("claude-sonnet-4"));
        Assert.Null(body["thinking"]);
        // Tools that only the history knows are named, so that Anthropic takes it, and not called.
        Messages.AssertJson("""[{"name":"f","input_schema":{"type":"object"}}]""", body["tools"]);
        Messages.AssertJson("""{"type":"none"}""", body["tool_choice"]);
        Assert.Equal(["reasoning_effort"], Messages.Paths(losses));
    }

    [Fact]
    public void AdaptiveModel_RefusesSamplingAndPrefill()
    {
        var request = Hello();
        request.Fields[RequestField.Temperature] = JsonValue.Literal("0.2"u8);
        request.Fields[RequestField.TopP] = JsonValue.Literal("0.2"u8);
        Say(request, TurnRole.Assistant, new TextPart(Text("Once")));
        var (body, losses, _) = Messages.Write(request, Messages.Target("claude-opus-4-7"));
        Messages.AssertJson("""{"model":"claude-opus-4-7","max_tokens":128000,"messages":[{"role":"user","content":"Hi"}]}""", body);
        Assert.Equal(["messages[1].content[0].prefill", "temperature", "top_p"], Messages.Paths(losses).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AdaptiveModel_AskedByChatToThink_IsAskedForItsThoughts()
    {
        var request = Hello();
        request.Fields[RequestField.ReasoningEffort] = JsonValue.Literal("\"high\""u8);
        var (body, losses, _) = Messages.Write(request, Messages.Target("claude-sonnet-5"));
        Messages.AssertJson("""{"type":"adaptive","display":"summarized"}""", body["thinking"]);
        Assert.Empty(losses.Losses);
    }

    [Theory]
    [InlineData("Once \\n\\t", "Once")]
    [InlineData("Once\\\\n", "Once\\\\n")]
    public void Prefill_OfAModelThatTakesIt_LosesItsLastWhiteSpace(string escaped, string expected)
    {
        var request = Hello();
        Say(request, TurnRole.Assistant, new TextPart(new JsonString(Encoding.UTF8.GetBytes(escaped))));
        var (body, _, _) = Messages.Write(request, Messages.Target("claude-sonnet-4"));
        Messages.AssertJson($"\"{expected}\"", body["messages"]![1]!["content"]);
    }

    [Fact]
    public void Schema_OnAModelThatHasIt_IsLoweredAndNative()
    {
        var (body, losses, writing) = Messages.Write(Structured(), Messages.Target("claude-sonnet-4-5"));
        Messages.AssertJson("""
            {"format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false,"properties":{
              "minimum":{"type":"integer"},"tags":{"type":"array","items":{"type":"object","additionalProperties":false,"properties":{}}}},"required":["minimum"]}}}
            """, body["output_config"]);
        Assert.False(writing.OutputTool.IsPresent);
        Assert.Equal(
            ["response_format.schema.properties.minimum.minimum", "response_format.schema.properties.tags.items.additionalProperties", "response_format.schema.properties.tags.maxItems"],
            Messages.Paths(losses).Order(StringComparer.Ordinal));
        Assert.Equal("schema.maxItems", losses.Losses.Single(loss => loss.Path.EndsWith("maxItems", StringComparison.Ordinal)).Label);
    }

    [Theory]
    [InlineData("claude-sonnet-4", false)]
    [InlineData("claude-sonnet-4-5", true)]
    public void Schema_OnAModelWithoutItOrOnAzure_IsAForcedTool(string model, bool isAzure)
    {
        var (body, losses, writing) = Messages.Write(Structured(), Messages.Target(model) with { IsAzure = isAzure });
        Assert.Null(body["output_config"]);
        Messages.AssertJson("""
            [{"name":"parley_output","description":"Answer with this tool: its arguments are the answer.","input_schema":
              {"type":"object","properties":{"minimum":{"type":"integer","minimum":1},"tags":{"type":"array","maxItems":3,"items":{"type":"object","properties":{},"additionalProperties":true}}},"required":["minimum"]}}]
            """, body["tools"]);
        Messages.AssertJson("""{"type":"tool","name":"parley_output"}""", body["tool_choice"]);
        Assert.Equal("parley_output", writing.OutputTool.ToText());
        Assert.Empty(losses.Losses);
    }

    [Fact]
    public void LongPrefix_WhereTheOperatorWantsIt_IsMarkedForTheCache()
    {
        var request = Hello();
        var instructions = new string('x', 4096);
        request.Turns.Insert(0, new Turn(TurnRole.System, -1) { Parts = { new TextPart(Text(instructions)) } });
        request.Tools.Add(new ToolDefinition(ToolKind.Function, Text("a")));
        request.Tools.Add(new ToolDefinition(ToolKind.Function, Text("b")));
        var (body, _, _) = Messages.Write(request, Messages.Target("claude-sonnet-4") with { AddsCacheBreakpoints = true });
        Messages.AssertJson($$$"""
            {"model":"claude-sonnet-4","max_tokens":64000,
             "system":[{"type":"text","text":"{{{instructions}}}","cache_control":{"type":"ephemeral"}}],
             "messages":[{"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]}],
             "tools":[{"name":"a","input_schema":{"type":"object"}},{"name":"b","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}]}
            """, body);

        // Where the caller marked one place himself, he knows better.
        request.Turns[1].Parts[0].CacheControl = Messages.Json("""{"type":"ephemeral","ttl":"1h"}""");
        var (marked, _, _) = Messages.Write(request, Messages.Target("claude-sonnet-4") with { AddsCacheBreakpoints = true });
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(marked.ToJsonString(), "cache_control"));
    }

    [Fact]
    public void ShortPrefix_WhereTheOperatorWantsMarks_HasNone()
    {
        var (body, _, _) = Messages.Write(Hello(), Messages.Target("claude-sonnet-4") with { AddsCacheBreakpoints = true });
        Assert.DoesNotContain("cache_control", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Instructions_Alone_AreAskedInstead()
    {
        var request = Chat("gpt");
        Say(request, TurnRole.System, new TextPart(Text("Tell a joke.")));
        var (body, _, _) = Messages.Write(request);
        Messages.AssertJson("""{"model":"some-alias","max_tokens":4096,"messages":[{"role":"user","content":"Tell a joke."}]}""", body);
    }

    [Fact]
    public void AllowedTools_AreTheOnlyOnesOffered()
    {
        var request = Hello();
        request.Tools.Add(new ToolDefinition(ToolKind.Function, Text("a")));
        request.Tools.Add(new ToolDefinition(ToolKind.WebSearch, Text("web_search")) { Raw = Messages.Json("""{"type":"web_search","user_location":{"type":"approximate","city":"Rome"},"filters":{"allowed_domains":["x.com"]}}""") });
        request.ToolChoice = new ToolChoice(ToolChoiceMode.Auto) { Allowed = [Text("web_search")] };
        var (body, losses, _) = Messages.Write(request);
        Messages.AssertJson("""[{"type":"web_search_20250305","name":"web_search","user_location":{"type":"approximate","city":"Rome"},"allowed_domains":["x.com"]}]""", body["tools"]);
        Assert.Empty(losses.Losses);
    }

    private static JsonString Text(string text) => JsonString.From(text);

    private static Conversation Chat(string model) => new(Dialect.OpenAIChat) { Model = Text(model) };

    private static Conversation Hello()
    {
        var request = Chat("gpt");
        Say(request, TurnRole.User, new TextPart(Text("Hi")));
        return request;
    }

    private static Conversation Structured()
    {
        var request = Hello();
        request.Output = new OutputFormat(OutputFormatKind.JsonSchema)
        {
            Name = Text("answer"),
            Schema = Messages.Json("""
                {"type":"object","properties":{"minimum":{"type":"integer","minimum":1},"tags":{"type":"array","maxItems":3,"items":{"type":"object","properties":{},"additionalProperties":true}}},"required":["minimum"]}
                """),
        };
        return request;
    }

    private static void Say(Conversation request, TurnRole role, params ContentPart[] parts)
    {
        var turn = new Turn(role, request.Turns.Count);
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i].Index = i;
            turn.Parts.Add(parts[i]);
        }

        request.Turns.Add(turn);
    }

    private static MediaPart Image(string escapedUrl) => new(MediaKind.Image, MediaSourceKind.Url, new JsonString(Encoding.UTF8.GetBytes(escapedUrl)));

    private static ToolCallPart Call(string id, string name, string arguments) => new(Text(id), Text(name)) { Arguments = Encoding.UTF8.GetBytes(arguments) };

    private static ToolResultPart Result(string id, params ContentPart[] content)
    {
        var result = new ToolResultPart(Text(id));
        result.Content.AddRange(content);
        return result;
    }
}
