using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.OpenAIChat;

/// <summary>Requests of other dialects, written as chat completions: whole bodies and whole reports.</summary>
public sealed class ChatRequestWriterTests
{
    [Fact]
    public void Write_ResultsImagesAndSplitTurns_ToolMessagesFirstThenTheUser()
    {
        var conversation = Claude();
        conversation.Turns.Add(Turn(TurnRole.System, -1, new TextPart(S("Be kind.")) { CacheControl = J("""{"type":"ephemeral"}""") }));
        conversation.Turns.Add(Turn(TurnRole.User, 0, new TextPart(S("Look")), new MediaPart(MediaKind.Image, MediaSourceKind.Base64, S("AAAA")) { MediaType = S("image/png") }));
        conversation.Turns.Add(Turn(TurnRole.Assistant, 1, new ReasoningPart { Origin = ReasoningOrigin.Anthropic, Text = S("hm"), Signature = S("sig") }, new TextPart(S("Two calls"))));
        conversation.Turns.Add(Turn(TurnRole.Assistant, 2, Call("toolu_1", "a.b", """{"x":1.0}"""), Call("toolu_2", "g", "")));
        var failed = new ToolResultPart(S("toolu_2")) { IsError = true };
        failed.Content.Add(new TextPart(S("broke")));
        var shown = new ToolResultPart(S("toolu_1"));
        shown.Content.Add(new TextPart(S("see")));
        shown.Content.Add(new MediaPart(MediaKind.Image, MediaSourceKind.Url, S("https://x/y.png")) { Index = 1 });
        conversation.Turns.Add(Turn(TurnRole.User, 3, shown, failed, new TextPart(S("And?"))));
        conversation.Tools.Add(new ToolDefinition(ToolKind.Function, S("a.b")) { Schema = J("""{"type":"object"}""") });
        conversation.Tools.Add(new ToolDefinition(ToolKind.WebSearch, S("web_search")) { Index = 1 });
        conversation.ToolChoice = new ToolChoice(ToolChoiceMode.Named) { Name = S("a.b") };
        conversation.Fields[RequestField.MaxOutputTokens] = J("100");
        conversation.Fields[RequestField.TopK] = J("5");
        conversation.Fields[RequestField.ParallelToolCalls] = J("false");
        conversation.StopSequences.Add(S("END"));
        conversation.IsStream = true;

        var (body, losses, _) = ChatRun.Write(conversation, ChatRun.OpenAI);

        Same("""
            {"model":"gpt-4.1","messages":[
              {"role":"system","content":"Be kind."},
              {"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
              {"role":"assistant","content":"Two calls","tool_calls":[
                {"id":"toolu_1","type":"function","function":{"name":"a_b_2e7336dc","arguments":"{\"x\":1.0}"}},
                {"id":"toolu_2","type":"function","function":{"name":"g","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"toolu_1","content":"see"},
              {"role":"tool","tool_call_id":"toolu_2","content":"broke"},
              {"role":"user","content":[{"type":"text","text":"Part of the result of tool call toolu_1:"},{"type":"image_url","image_url":{"url":"https://x/y.png"}}]},
              {"role":"user","content":"And?"}],
             "tools":[{"type":"function","function":{"name":"a_b_2e7336dc","parameters":{"type":"object"}}}],
             "tool_choice":{"type":"function","function":{"name":"a_b_2e7336dc"}},
             "max_completion_tokens":100,"parallel_tool_calls":false,"stop":["END"],"stream":true,"stream_options":{"include_usage":true}}
            """, body);
        Assert.Equal(
            ["system[0].cache_control", "messages[1].content[0].reasoning", "messages[3].content[1].is_error", "messages[3].content[0].image", "tools[1]", "tools[0].name", "top_k"],
            losses.Losses.Select(l => l.Path));
    }

    [Fact]
    public void Write_ForReasoningModel_DropsWhatItRefusesAndSaysEffort()
    {
        var conversation = Claude();
        conversation.Turns.Add(Turn(TurnRole.System, -1, new TextPart(S("S"))));
        conversation.Turns.Add(Turn(TurnRole.User, 0, new TextPart(S("Hi"))));
        conversation.Fields[RequestField.MaxOutputTokens] = J("10000");
        conversation.Fields[RequestField.ReasoningBudget] = J("8000");
        conversation.Fields[RequestField.ReasoningMode] = J("\"enabled\"");
        conversation.Fields[RequestField.Temperature] = J("1");
        conversation.Fields[RequestField.TopP] = J("0.5");
        conversation.StopSequences.Add(S("END"));

        var (body, losses, _) = ChatRun.Write(conversation, ChatRun.Target("gpt-5", isOpenAI: true));

        Same("""
            {"model":"gpt-5","messages":[{"role":"developer","content":"S"},{"role":"user","content":"Hi"}],
             "max_completion_tokens":10000,"temperature":1,"reasoning_effort":"high"}
            """, body);
        Assert.Equal(["top_p", "stop_sequences"], losses.Losses.Select(l => l.Path));
    }

    [Fact]
    public void Write_ForModelWithoutInstructions_PutsThemIntoTheFirstUserMessage()
    {
        var conversation = Claude();
        conversation.Turns.Add(Turn(TurnRole.System, -1, new TextPart(S("S"))));
        conversation.Turns.Add(Turn(TurnRole.User, 0, new TextPart(S("Hi"))));

        var (body, losses, _) = ChatRun.Write(conversation, ChatRun.Target("o1-mini", isOpenAI: true));

        Same("""{"model":"o1-mini","messages":[{"role":"user","content":[{"type":"text","text":"S"},{"type":"text","text":"Hi"}]}]}""", body);
        Assert.Equal(["system.role"], losses.Losses.Select(l => l.Path));
    }

    [Fact]
    public void Write_SchemaForModelWithoutIt_ForcesTheOutputTool()
    {
        var conversation = Claude();
        conversation.Turns.Add(Turn(TurnRole.User, 0, new TextPart(S("Hi"))));
        conversation.Output = new OutputFormat(OutputFormatKind.JsonSchema) { Schema = J("""{"type":"object"}""") };

        var (forced, losses, tool) = ChatRun.Write(conversation, ChatRun.Target("deepseek-chat", isOpenAI: false));
        var (native, _, none) = ChatRun.Write(conversation, ChatRun.OpenAI);

        Same("""
            {"model":"deepseek-chat","messages":[{"role":"user","content":"Hi"}],
             "tools":[{"type":"function","function":{"name":"parley_output","description":"Gives the answer in the form that was asked for.","parameters":{"type":"object"}}}],
             "tool_choice":{"type":"function","function":{"name":"parley_output"}}}
            """, forced);
        Assert.Equal("parley_output", tool.ToText());
        Assert.Empty(losses.Losses);
        Same("""
            {"model":"gpt-4.1","messages":[{"role":"user","content":"Hi"}],
             "response_format":{"type":"json_schema","json_schema":{"name":"output","schema":{"type":"object"}}}}
            """, native);
        Assert.False(none.IsPresent);
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("""{"model":"m"}""", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":"m","messages":[]}""", "messages")]
    [InlineData("""{"model":"m","messages":[{"role":"king","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":null}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":"x"}]}]}""", "messages[0].content[0].image_url")]
    [InlineData("""{"model":"m","messages":[{"role":"tool","content":"x"}]}""", "messages[0].tool_call_id")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":"hot"}""", "temperature")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":1,"max_completion_tokens":1}""", "max_completion_tokens")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"tool_choice":"perhaps"}""", "tool_choice")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function"}]}""", "tools[0].function")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"stop":[1]}""", "stop[0]")]
    public void Read_WhatOpenAIWouldRefuse_NamesTheField(string body, string path) =>
        Assert.Equal(path, Assert.Throws<DialectException>(() => ChatRun.Read(body)).Path);

    private static Conversation Claude() => new(Dialect.AnthropicMessages) { Model = S("claude") };

    private static Turn Turn(TurnRole role, int index, params ContentPart[] parts)
    {
        var turn = new Turn(role, index);
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i].Index = i;
            turn.Parts.Add(parts[i]);
        }

        return turn;
    }

    private static ToolCallPart Call(string id, string name, string arguments) => new(S(id), S(name)) { Arguments = Encoding.UTF8.GetBytes(arguments) };

    private static JsonString S(string text) => JsonString.From(text);

    private static Parley.Dialects.Json.JsonValue J(string json) => ChatRun.Json(json);

    private static void Same(string expected, JsonNode body) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), body), body.ToJsonString());
}
