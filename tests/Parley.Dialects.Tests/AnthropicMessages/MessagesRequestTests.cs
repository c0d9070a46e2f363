using Parley.Dialects.Conversations;

namespace Parley.Dialects.Tests.AnthropicMessages;

/// <summary>What a client of Anthropic's can send goes in and comes out the same.</summary>
public sealed class MessagesRequestTests
{
    [Theory]
    [InlineData(""" "messages":[{"role":"user","content":"Hi"}] """)]
    [InlineData(""" "system":"Be brief.","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"},{"role":"user","content":""}] """)]
    [InlineData(""" "system":[{"type":"text","text":"A","cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"text","text":"B"}],"messages":[{"role":"user","content":[{"type":"text","text":"Hi \u00e9 \/ \ud83d\ude00","cache_control":{"type":"ephemeral"}}]}] """)]
    [InlineData(""" "stream":true,"temperature":0.70,"top_p":0.9,"top_k":40,"stop_sequences":["a"," "],"service_tier":"standard_only","metadata":{"user_id":"u","x":1},"messages":[{"role":"user","content":"Hi"}] """)]
    [InlineData(""" "container":{"id":"c","skills":[]},"mcp_servers":[{"type":"url","url":"https://x","name":"n"}],"context_management":{"edits":[{"type":"clear_tool_uses_20250919"}]},"inference_geo":"us","speed":"fast","cache_control":{"type":"ephemeral"},"messages":[{"role":"user","content":"Hi"}] """)]
    [InlineData(""" "messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO\/+=="}},{"type":"image","source":{"type":"url","url":"https:\/\/x\/y.png"}},{"type":"image","source":{"type":"file","file_id":"file_1"}},{"type":"image","source":{"type":"future","x":1}}]}] """)]
    [InlineData(""" "messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBE"},"title":"T","context":"C","citations":{"enabled":true},"cache_control":{"type":"ephemeral"}},{"type":"document","source":{"type":"url","url":"https://x/y.pdf"}},{"type":"document","source":{"type":"text","media_type":"text/plain","data":"a\nb"}},{"type":"document","source":{"type":"content","content":[{"type":"text","text":"one"},{"type":"image","source":{"type":"url","url":"https://i"}}]},"title":"T2","citations":{"enabled":true}},{"type":"document","source":{"type":"content","content":"bare"}},{"type":"document","source":{"type":"file","file_id":"file_2"},"title":null}]}] """)]
    [InlineData(""" "stream":false,"top_k":null,"container":null,"system":null,"metadata":{"user_id":null},"thinking":null,"messages":[{"role":"assistant","content":[{"type":"text","text":"x","citations":null,"cache_control":null},{"type":"text","text":"y","citations":[]}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":[],"is_error":false}]}] """)]
    [InlineData(""" "messages":[{"role":"user","content":[{"type":"search_result","source":"https://x","title":"T","content":[{"type":"text","text":"r"}],"citations":{"enabled":true},"cache_control":{"type":"ephemeral"}},{"type":"container_upload","file_id":"file_3"},{"type":"text","text":"?"}]}] """)]
    [InlineData(""" "tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{"a":{"type":"integer","minimum":1}}},"strict":true,"cache_control":{"type":"ephemeral"},"input_examples":[{"a":1}]},{"type":"custom","name":"g","input_schema":{"type":"object"}},{"type":"web_search_20250305","name":"web_search","max_uses":3,"allowed_domains":["x.com"]},{"type":"web_fetch_20250910","name":"web_fetch"},{"type":"code_execution_20250825","name":"code_execution"},{"type":"computer_20250124","name":"computer","display_width_px":1,"display_height_px":1},{"type":"bash_20250124","name":"bash"},{"type":"mcp_toolset","mcp_server_name":"n"}],"tool_choice":{"type":"any","disable_parallel_tool_use":true},"messages":[{"role":"user","content":"Hi"}] """)]
    [InlineData(""" "tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":false},"messages":[{"role":"user","content":"Hi"}] """)]
    [InlineData(""" "tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"none"},"messages":[{"role":"user","content":"Hi"}] """)]
    [InlineData(""" "thinking":{"type":"enabled","budget_tokens":2000,"display":"omitted"},"output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type":"object","properties":{},"additionalProperties":false}},"task_budget":{"type":"tokens","total":1}},"messages":[{"role":"user","content":"Hi"}] """)]
    [InlineData(""" "thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"ZGF0YQ=="},{"type":"thinking","thinking":"","signature":"cw=="},{"type":"text","text":"So","citations":[{"type":"char_location","cited_text":"x","document_index":0,"document_title":null,"start_char_index":0,"end_char_index":1}]},{"type":"tool_use","id":"toolu_1","name":"f","input":{"b":1.50,"a":[{}]},"caller":{"type":"direct"}},{"type":"tool_use","id":"toolu_2","name":"g","input":{},"cache_control":{"type":"ephemeral"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"ok"},{"type":"tool_result","tool_use_id":"toolu_2","content":[{"type":"text","text":"t"},{"type":"image","source":{"type":"url","url":"https://i"}},{"type":"tool_reference","tool_name":"z"}],"is_error":true,"cache_control":{"type":"ephemeral"}},{"type":"text","text":"and"}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_3","is_error":false}]},{"role":"system","content":"From now on."}] """)]
    [InlineData(""" "messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"q"}},{"type":"web_search_tool_result","tool_use_id":"s1","content":[{"type":"web_search_result","url":"u","title":"t","encrypted_content":"e"}]},{"type":"compaction","content":"c"}]}] """)]
    public void Request_OfItsOwnDialect_ComesOutAsItWentIn(string members)
    {
        var body = $$"""{"model":"some-alias","max_tokens":4096,{{members}}}""";
        var (written, losses, writing) = Messages.Write(Messages.Read(body));
        Messages.AssertJson(body, written);
        Assert.Empty(losses.Losses);
        Assert.False(writing.OutputTool.IsPresent);
    }

    [Theory]
    [InlineData("""[]""", "body")]
    [InlineData("""{"max_tokens":1,"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}]}""", "max_tokens")]
    [InlineData("""{"model":"m","max_tokens":"1","messages":[{"role":"user","content":"x"}]}""", "max_tokens")]
    [InlineData("""{"model":"m","max_tokens":1}""", "messages")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[]}""", "messages")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"tool","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user"}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages[0].content[0].text")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":["x"]}]}""", "messages[0].content[0]")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","data":"x"}}]}]}""", "messages[0].content[0].source.media_type")]
    [InlineData("""{"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"i","name":"n","input":"{}"}]}]}""", "messages[0].content[0].input")]
    [InlineData("""{"model":"m","max_tokens":1,"thinking":{"type":"enabled"},"messages":[{"role":"user","content":"x"}]}""", "thinking.budget_tokens")]
    [InlineData("""{"model":"m","max_tokens":1,"thinking":{"type":"on"},"messages":[{"role":"user","content":"x"}]}""", "thinking.type")]
    [InlineData("""{"model":"m","max_tokens":1,"tool_choice":{"type":"tool"},"messages":[{"role":"user","content":"x"}]}""", "tool_choice.name")]
    [InlineData("""{"model":"m","max_tokens":1,"tools":[{"name":"f"}],"messages":[{"role":"user","content":"x"}]}""", "tools[0].input_schema")]
    public void Request_ThatAnthropicWouldRefuse_NamesTheField(string body, string path)
    {
        var thrown = Assert.Throws<DialectException>(() => Messages.Read(body));
        Assert.Equal(path, thrown.Path);
    }

    [Fact]
    public void Request_WithThoughtsOfOtherFamilies_KeepsThemFromClaude()
    {
        var packed = ReasoningCarrier.Pack(ReasoningOrigin.Gemini, false, Parley.Dialects.Json.JsonString.From("call_1"), Parley.Dialects.Json.JsonString.From("Z2Vt"));
        var body = $$"""
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"},
            {"role":"assistant","content":[{"type":"thinking","thinking":"g","signature":"{{packed}}"},{"type":"redacted_thinking","data":"{{packed}}"},{"type":"thinking","thinking":"u","signature":""},{"type":"text","text":"Yo"}]},
            {"role":"user","content":"?"}]}
            """;
        var request = Messages.Read(body);
        var thought = Assert.IsType<ReasoningPart>(request.Turns[1].Parts[0]);
        Assert.Equal((ReasoningOrigin.Gemini, "g", "Z2Vt", "call_1"), (thought.Origin, thought.Text.ToText(), thought.Signature.ToText(), thought.CallId.ToText()));

        var (written, losses, _) = Messages.Write(request);
        Messages.AssertJson("""[{"type":"text","text":"Yo"}]""", written["messages"]![1]!["content"]);
        Assert.Equal(["messages[1].content[0].reasoning", "messages[1].content[1].reasoning", "messages[1].content[2].reasoning"], Messages.Paths(losses));
    }
}
