using System.Text;
using System.Text.Json.Nodes;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;
using Parley.Dialects.OpenAIResponses;
using Parley.Dialects.Tests.AnthropicMessages;

namespace Parley.Dialects.Tests.Pairs;

/// <summary>
/// The deciding pair: whatever one of the two says about thoughts, parallel calls and their results comes back the same after a
/// journey through the other.
/// </summary>
public sealed class MessagesResponsesPairTests
{
    private const string Answer = """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-5","content":[
         {"type":"thinking","thinking":"Two cities, two calls.","signature":"EqQBCgIYAhIkc2ln/+=="},
         {"type":"redacted_thinking","data":"EmwKAhgBEgy3va=="},
         {"type":"text","text":"I look both up: \"\u00e9\"."},
         {"type":"tool_use","id":"toolu_01A","name":"get_weather","input":{"city":"Paris","days":1.50}},
         {"type":"tool_use","id":"toolu_01B","name":"get_weather","input":{}}],
         "stop_reason":"tool_use","stop_sequence":null,
         "usage":{"input_tokens":10,"cache_creation_input_tokens":20,"cache_read_input_tokens":30,"output_tokens":40}}
        """;

    [Fact]
    public void Answer_OfClaude_ThroughResponses_ComesBackEqual()
    {
        using var responses = Messages.Fold(sink => Messages.Codec.ReadReply(Messages.Json(Answer), sink));
        var context = Messages.Context();
        var body = Written(json => ResponsesCodec.Instance.WriteReply(responses, context, json));
        using var back = Messages.Fold(sink => ResponsesCodec.Instance.ReadReply(Messages.Json(body), sink));
        Messages.AssertJson(Normal(Answer), Normal(Messages.WriteReply(back, Messages.Context(model: "claude-opus-4-5")).ToJsonString()), body);
        Assert.Empty(context.Losses.Losses);
    }

    [Fact]
    public void Stream_OfClaude_ThroughResponses_ComesBackEqual()
    {
        var claude = Messages.WriteStream(sink => Messages.Codec.ReadReply(Messages.Json(Answer), sink), Messages.Context(model: "claude-opus-4-5"));
        using var buffer = new PooledBuffer();
        using (var writer = ResponsesCodec.Instance.CreateWriter(Messages.Context(), buffer)) Assert.True(Messages.ReadStream(claude, writer));
        var written = Messages.WriteStream(
            sink => Assert.True(Messages.ReadStream(buffer.Memory.ToArray(), sink, ResponsesCodec.Instance.CreateReader())), Messages.Context(model: "claude-opus-4-5"));
        Messages.AssertJson(Normal(Answer), Normal(Messages.Accumulate(Messages.Events(written)).ToJsonString()), Encoding.UTF8.GetString(buffer.Span));
    }

    [Fact]
    public void ToolLoop_OfAResponsesClientInFrontOfClaude_PlaysEveryThoughtBackUnchanged()
    {
        // Claude's answer, as the client sees it …
        using var reply = Messages.Fold(sink => Messages.Codec.ReadReply(Messages.Json(Answer), sink));
        var seen = JsonNode.Parse(Written(json => ResponsesCodec.Instance.WriteReply(reply, Messages.Context(), json)))!;
        // … who sends all of its output back, with the results of the calls.
        var input = new JsonArray(JsonNode.Parse("""{"role":"user","content":"Weather?"}"""));
        foreach (var item in seen["output"]!.AsArray()) input.Add(item!.DeepClone());
        input.Add(JsonNode.Parse("""{"type":"function_call_output","call_id":"toolu_01A","output":"Sunny"}"""));
        input.Add(JsonNode.Parse("""{"type":"function_call_output","call_id":"toolu_01B","output":[{"type":"input_text","text":"Rain"}]}"""));
        var body = new JsonObject { ["model"] = "claude", ["instructions"] = "Be brief.", ["max_output_tokens"] = 8000, ["input"] = input };
        body["reasoning"] = JsonNode.Parse("""{"effort":"low"}""");
        body["tools"] = JsonNode.Parse("""[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{}},"strict":null}]""");

        var request = ResponsesCodec.Instance.ReadRequest(Messages.Json(body.ToJsonString()), default);
        var (written, losses, _) = Messages.Write(request, Messages.Target("claude-opus-4-5"));
        var expected = JsonNode.Parse("""
            {"model":"claude-opus-4-5","max_tokens":8000,"system":"Be brief.","messages":[
             {"role":"user","content":"Weather?"},
             {"role":"assistant","content":null},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_01A","content":"Sunny"},{"type":"tool_result","tool_use_id":"toolu_01B","content":"Rain"}]}],
             "tools":[{"name":"get_weather","input_schema":{"type":"object","properties":{}}}],
             "thinking":{"type":"enabled","budget_tokens":1200},"output_config":{"effort":"low"}}
            """)!;
        expected["messages"]![1]!["content"] = JsonNode.Parse(Answer)!["content"]!.DeepClone();
        Messages.AssertJson(expected, written);
        Assert.Empty(losses.Losses);
    }

    [Fact]
    public void Request_OfAClaudeClient_ThroughResponses_LosesOnlyWhatIsReported()
    {
        const string Body = """
            {"model":"m","max_tokens":8000,"system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],"stream":true,"temperature":0.5,
             "tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"integer"}}}}],
             "tool_choice":{"type":"any","disable_parallel_tool_use":true},
             "messages":[
              {"role":"user","content":[{"type":"text","text":"Look"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"}},{"type":"image","source":{"type":"url","url":"https://x/y"}}]},
              {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"text","text":"So"},{"type":"tool_use","id":"toolu_1","name":"f","input":{"b":"x","a":1.0}},{"type":"tool_use","id":"toolu_2","name":"f","input":{}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"ok","cache_control":{"type":"ephemeral"}},{"type":"tool_result","tool_use_id":"toolu_2","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"type":"text","text":"And?"}]}]}
            """;
        var request = Messages.Read(Body);
        var losses = new LossReport();
        var target = new TranslationTarget(Dialect.OpenAIResponses, JsonString.From("m"), ModelTraits.Unknown) { IsOpenAI = true };
        var body = Written(json => ResponsesCodec.Instance.WriteRequest(new RequestWriting(request, target, json, losses)));
        Assert.Equal(
            ["messages[1].content[0].reasoning", "messages[2].content[0].cache_control", "system[0].cache_control"],
            Messages.Paths(losses).Order(StringComparer.Ordinal));

        var (written, back, _) = Messages.Write(ResponsesCodec.Instance.ReadRequest(Messages.Json(body), default), Messages.Target("m"));
        var expected = JsonNode.Parse(Body)!;
        expected["system"] = "Be brief.";
        expected["messages"]![1]!["content"]!.AsArray().RemoveAt(0);
        expected["messages"]![2]!["content"]![0]!.AsObject().Remove("cache_control");
        Messages.AssertJson(expected, written, body);
        Assert.Empty(Messages.Paths(back));
    }

    [Fact]
    public void Thought_OfOpenAI_ThroughAClaudeClient_IsPlayedBackToOpenAI()
    {
        const string Output = """
            {"id":"resp_1","object":"response","status":"completed","model":"gpt-5","output":[
             {"id":"rs_9","type":"reasoning","summary":[{"type":"summary_text","text":"Adding."}],"encrypted_content":"gAAAAenc=="},
             {"id":"rs_10","type":"reasoning","summary":[],"encrypted_content":"gAAAAbare=="},
             {"id":"fc_1","type":"function_call","call_id":"call_1","name":"add","arguments":"{\"a\": 1}","status":"completed"}],
             "usage":{"input_tokens":5,"output_tokens":7,"total_tokens":12}}
            """;
        using var reply = Messages.Fold(sink => ResponsesCodec.Instance.ReadReply(Messages.Json(Output), sink));
        var message = Messages.WriteReply(reply, Messages.Context());
        Messages.AssertJson("""
            [{"type":"thinking","thinking":"Adding.","signature":"parley1:openai:s:rs_9:gAAAAenc=="},{"type":"redacted_thinking","data":"parley1:openai:s:rs_10:gAAAAbare=="},
             {"type":"tool_use","id":"call_1","name":"add","input":{"a":1}}]
            """, message["content"]);

        var body = new JsonObject { ["model"] = "m", ["max_tokens"] = 100 };
        body["messages"] = new JsonArray(
            JsonNode.Parse("""{"role":"user","content":"1+1"}"""),
            new JsonObject { ["role"] = "assistant", ["content"] = message["content"]!.DeepClone() },
            JsonNode.Parse("""{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"2"}]}"""));
        var target = new TranslationTarget(Dialect.OpenAIResponses, JsonString.From("gpt-5"), ModelTraitsTable.Of("gpt-5")) { IsOpenAI = true };
        var losses = new LossReport();
        var request = Messages.Read(body.ToJsonString());
        var written = JsonNode.Parse(Written(json => ResponsesCodec.Instance.WriteRequest(new RequestWriting(request, target, json, losses))))!;
        Messages.AssertJson("""
            [{"type":"reasoning","id":"rs_9","summary":[{"type":"summary_text","text":"Adding."}],"encrypted_content":"gAAAAenc=="},
             {"type":"reasoning","id":"rs_10","summary":[],"encrypted_content":"gAAAAbare=="},
             {"type":"function_call","call_id":"call_1","name":"add","arguments":"{\"a\":1}"},
             {"type":"function_call_output","call_id":"call_1","output":"2"}]
            """, new JsonArray([.. written["input"]!.AsArray().Skip(1).Select(item => item!.DeepClone())]));
        Assert.Empty(losses.Losses);
    }

    private static string Written(Action<JsonOutput> write)
    {
        using var buffer = new PooledBuffer();
        write(new JsonOutput(buffer));
        return Encoding.UTF8.GetString(buffer.Span);
    }

    private static JsonNode Normal(string message) => JsonNode.Parse(message)!;
}
