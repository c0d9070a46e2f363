using System.Text;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.Tests.OpenAIResponses;

/// <summary>Requests of the dialect: read and written again, and refused where OpenAI would refuse them.</summary>
public sealed class ResponsesRequestTests
{
    public static TheoryData<string> Requests => new(
        """{"model":"m","input":"Hello"}""",
        """{"model":"m","input":[]}""",
        """{"model":"m","input":[{"role":"user","content":"Hello"},{"type":"message","role":"assistant","content":"Hi","phase":"commentary"}]}""",
        """{"model":"m","instructions":"Be \u0022brief\u0022.","input":[{"role":"developer","content":[{"type":"input_text","text":"a"}]},{"role":"system","content":"b"}]}""",
        """{"model":"m","instructions":null,"temperature":null,"tools":[],"text":{},"reasoning":{},"stream":false,"input":"x","metadata":null}""",
        """
        {"model":"m","input":[{"type":"message","role":"user","content":[
          {"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"high"},
          {"type":"input_image","image_url":"https://example.org/a.png"},
          {"type":"input_image","file_id":"file-1","image_url":null},
          {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="},
          {"type":"input_file","filename":"b.pdf","file_data":"JVBERi0="},
          {"type":"input_file","file_url":"https://example.org/a.pdf"},
          {"type":"input_file","file_id":"file-2"},
          {"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}},
          {"type":"input_hologram","data":{"a":[1,2.50]}},
          {"type":"input_text","text":"look","unknown":true}]}]}
        """,
        """
        {"model":"m","store":false,"include":["reasoning.encrypted_content"],"input":[
          {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"one"},{"type":"summary_text","text":"two"}],"encrypted_content":"gAAA","status":null},
          {"type":"reasoning","id":"rs_2","summary":[],"content":[{"type":"reasoning_text","text":"thought"}]},
          {"type":"reasoning","id":"rs_3","summary":[],"content":null,"encrypted_content":null},
          {"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":"{\"b\":1.0,\"a\":\"\u00e9\\n\"}","status":"completed"},
          {"type":"function_call","call_id":"call_2","name":"g","arguments":"","namespace":"n"},
          {"type":"function_call_output","call_id":"call_1","output":"42","id":"fco_1","status":"completed"},
          {"type":"function_call_output","call_id":"call_2","output":[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"data:image/png;base64,AA=="}]},
          {"type":"custom_tool_call","call_id":"call_3","name":"sql","input":"SELECT \"x\"","id":"ctc_1"},
          {"type":"custom_tool_call_output","call_id":"call_3","output":"1 row"},
          {"type":"web_search_call","id":"ws_1","status":"completed","action":{"type":"search","query":"q"}},
          {"type":"computer_call_output","call_id":"c","output":{"type":"computer_screenshot","image_url":"data:image/png;base64,AA=="}},
          {"type":"item_reference","id":"msg_9"},
          {"id":"msg_10"},
          {"type":"message","id":"msg_1","role":"assistant","status":"completed","phase":"final_answer","content":[
            {"type":"output_text","text":"See","annotations":[{"type":"url_citation","url":"https://e.org","title":"E","start_index":0,"end_index":3}],"logprobs":[]},
            {"type":"output_text","text":"","annotations":[]},
            {"type":"refusal","refusal":"No."}]}]}
        """,
        """
        {"model":"m","input":"x","stream":true,"stream_options":{"include_obfuscation":false},"max_output_tokens":3,"temperature":0.50,"top_p":1e-1,
         "top_logprobs":4,"parallel_tool_calls":false,"max_tool_calls":3,"metadata":{"a":"b"},"user":"u","safety_identifier":"s","prompt_cache_key":"k",
         "prompt_cache_retention":"24h","service_tier":"flex","store":true,"truncation":"auto","previous_response_id":"resp_1","background":true,
         "include":["message.output_text.logprobs","file_search_call.results"],"conversation":{"id":"conv_1"},"prompt":{"id":"pmpt_1"},
         "context_management":[{"type":"compaction"}],"reasoning":{"effort":"xhigh","summary":"auto","generate_summary":null,"context":"x"},
         "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true,"description":"d"},"verbosity":"low","other":1}}
        """,
        """
        {"model":"m","input":"x","tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"},{"type":"web_search"}]},"tools":[
          {"type":"function","name":"f","description":null,"parameters":{"type":"object","properties":{}},"strict":null,"defer_loading":true},
          {"type":"function","name":"g","parameters":null},
          {"type":"custom","name":"sql","format":{"type":"grammar","syntax":"lark","definition":"start: \"a\""}},
          {"type":"web_search","filters":{"allowed_domains":["e.org"]}},{"type":"web_search_preview"},{"type":"file_search","vector_store_ids":["v"]},
          {"type":"code_interpreter","container":{"type":"auto"}},{"type":"image_generation"},{"type":"computer"},{"type":"mcp","server_label":"l","server_url":"https://e.org"},
          {"type":"shell"},{"type":"something_new","a":{}}]}
        """,
        """{"model":"m","input":"x","tool_choice":{"type":"function","name":"f"},"text":{"format":{"type":"json_object"}}}""",
        """{"model":"m","input":"x","tool_choice":{"type":"mcp","server_label":"l"},"text":{"format":{"type":"text"},"verbosity":null}}""",
        """{"model":"m","previous_response_id":"resp_1"}""",
        """{"model":"m","input":[{"role":"assistant","content":[{"type":"input_text","text":"odd"}]},{"role":"user","content":[]}]}""");

    [Theory]
    [MemberData(nameof(Requests))]
    [Trait("Contract", "5.anthropic-rules")]
    public void Request_ReadAndWrittenAgain_IsTheSame(string body)
    {
        var (written, losses, _) = ResponsesWire.WriteRequest(ResponsesWire.ReadRequest(body));
        ResponsesWire.AssertEqual(body, written);
        Assert.Empty(losses.Losses);
    }

    [Theory]
    [InlineData("""[]""", "body")]
    [InlineData("""{"input":"x"}""", "model")]
    [InlineData("""{"model":7,"input":"x"}""", "model")]
    [InlineData("""{"model":"m"}""", "input")]
    [InlineData("""{"model":"m","input":{}}""", "input")]
    [InlineData("""{"model":"m","input":["x"]}""", "input[0]")]
    [InlineData("""{"model":"m","input":[{"role":"robot","content":"x"}]}""", "input[0].role")]
    [InlineData("""{"model":"m","input":[{"type":"message","content":"x"}]}""", "input[0].role")]
    [InlineData("""{"model":"m","input":[{"role":"user"}]}""", "input[0].content")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"text":"x"}]}]}""", "input[0].content[0].type")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_text"}]}]}""", "input[0].content[0].text")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_image"}]}]}""", "input[0].content[0].image_url")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":[{"type":"input_file","filename":"a"}]}]}""", "input[0].content[0].file_data")]
    [InlineData("""{"model":"m","input":[{"type":"function_call","name":"f","arguments":"{}"}]}""", "input[0].call_id")]
    [InlineData("""{"model":"m","input":[{"type":"function_call","call_id":"c","name":"f","arguments":{}}]}""", "input[0].arguments")]
    [InlineData("""{"model":"m","input":[{"type":"function_call_output","call_id":"c"}]}""", "input[0].output")]
    [InlineData("""{"model":"m","input":[{"type":"reasoning","id":"rs_1"}]}""", "input[0].summary")]
    [InlineData("""{"model":"m","input":[{}]}""", "input[0].type")]
    [InlineData("""{"model":"m","input":"x","temperature":"hot"}""", "temperature")]
    [InlineData("""{"model":"m","input":"x","stream":"yes"}""", "stream")]
    [InlineData("""{"model":"m","input":"x","tools":[{"type":"function"}]}""", "tools[0].name")]
    [InlineData("""{"model":"m","input":"x","tool_choice":"maybe"}""", "tool_choice")]
    [InlineData("""{"model":"m","input":"x","text":{"format":{"type":"json_schema","name":"n"}}}""", "text.format.schema")]
    public void Request_ThatOpenAIWouldRefuse_NamesTheField(string body, string path)
    {
        var problem = Assert.Throws<DialectException>(() => ResponsesWire.ReadRequest(body));
        Assert.Equal(path, problem.Path);
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"m","input":"x","previous_response_id":"resp_1"}""", "previous_response_id")]
    [InlineData("""{"model":"m","input":"x","conversation":"conv_1"}""", "conversation")]
    [InlineData("""{"model":"m","input":"x","prompt":{"id":"p"}}""", "prompt")]
    [InlineData("""{"model":"m","input":"x","background":true}""", "background")]
    [InlineData("""{"model":"m","input":[{"type":"item_reference","id":"msg_1"}]}""", "input[0]")]
    [InlineData("""{"model":"m","input":[{"role":"user","content":"x"},{"type":"compaction","id":"c","encrypted_content":"g"}]}""", "input[1]")]
    public void Request_ThatNeedsOpenAIsStore_IsNotedAsUntranslatable(string body, string path) =>
        Assert.Equal(path, Assert.Single(ResponsesWire.ReadRequest(body).Untranslatable).Path);

    [Fact]
    public void Reference_ToAThought_IsLostAndTheRestTranslated()
    {
        var conversation = ResponsesWire.ReadRequest("""
            {"model":"m","input":[{"role":"user","content":"x"},{"type":"item_reference","id":"rs_1"},
            {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"y"}],
            "tools":[{"type":"function","name":"f","parameters":{"type":"object"}}]}
            """);
        Assert.Empty(conversation.Untranslatable);
        using var output = new PooledBuffer();
        var losses = new LossReport();
        var target = new TranslationTarget(Dialect.AnthropicMessages, JsonString.From("claude-sonnet-4-5"), Parley.Dialects.Models.ModelTraitsTable.Of("claude-sonnet-4-5"));
        DialectCodecs.Of(Dialect.AnthropicMessages).WriteRequest(new RequestWriting(conversation, target, new JsonOutput(output), losses));
        Assert.Contains("input[1]", Assert.Single(losses.Losses).Path, StringComparison.Ordinal);
        Assert.Equal(
            """[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":"y"}]}]""",
            System.Text.Json.Nodes.JsonNode.Parse(output.Span)!["messages"]!.ToJsonString());
    }

    [Fact]
    public void Request_ThatSaysOnlyDefaults_IsTranslatable() =>
        Assert.Empty(ResponsesWire.ReadRequest("""{"model":"m","input":"x","background":false,"previous_response_id":null,"conversation":null}""").Untranslatable);

    [Fact]
    public void Reasoning_OfAnotherFamily_GetsItsOriginBackAndIsNotSentToOpenAI()
    {
        var packed = ReasoningCarrier.Pack(ReasoningOrigin.Anthropic, false, default, JsonString.From("EqQB")).ToText();
        var body = $$"""{"model":"m","input":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm"}],"encrypted_content":"{{packed}}"},{"role":"user","content":"x"}]}""";
        var conversation = ResponsesWire.ReadRequest(body);
        var part = Assert.IsType<ReasoningPart>(conversation.Turns[0].Parts[0]);
        Assert.Equal((ReasoningOrigin.Anthropic, "EqQB", "Hm"), (part.Origin, part.Signature.ToText(), part.Text.ToText()));
        var (written, losses, _) = ResponsesWire.WriteRequest(conversation);
        ResponsesWire.AssertEqual("""{"model":"m","input":[{"role":"user","content":"x"}]}""", written);
        Assert.Equal("input[0].reasoning", Assert.Single(losses.Losses).Path);
    }

    [Fact]
    public void Request_WithRandomDamage_IsRefusedOrRead()
    {
        var random = new Random(20_261);
        var bodies = Requests.Cast<object[]>().Select(row => Encoding.UTF8.GetBytes((string)row[0])).ToArray();
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            if (!JsonValue.TryParse(ResponsesDamage.Of(bodies[random.Next(bodies.Length)], random), out var body)) continue;
            try
            {
                _ = ResponsesWire.WriteRequest(Parley.Dialects.OpenAIResponses.ResponsesCodec.Instance.ReadRequest(body, default));
                read++;
            }
            catch (DialectException problem)
            {
                Assert.NotEmpty(problem.Path);
            }
        }

        Assert.True(read > 1000, $"{read}");
    }
}
