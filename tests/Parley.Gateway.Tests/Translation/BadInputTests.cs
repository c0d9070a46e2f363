using System.Text.Json.Nodes;
using Parley.Dialects;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Translation;

/// <summary>What the caller's own vendor would refuse is refused in its shape, by its status and with the field's name; it is never a failure of the gateway's.</summary>
public sealed class BadInputTests(TranslationFixture fixture) : IClassFixture<TranslationFixture>
{
    private const string Hello = """[{"role":"user","content":"hello"}]""";
    private const string HelloContents = """[{"role":"user","parts":[{"text":"hello"}]}]""";

    // surface, the body after `model`, the field that the error has to name
    public static TheoryData<string, string, string> Refused() => new()
    {
        { "chat", "{}", "messages" },
        { "chat", """{"messages":null}""", "messages" },
        { "chat", """{"messages":"hello"}""", "messages" },
        { "chat", """{"messages":[]}""", "messages" },
        { "chat", """{"messages":["hello"]}""", "messages[0]" },
        { "chat", """{"messages":[{"content":"hello"}]}""", "messages[0].role" },
        { "chat", """{"messages":[{"role":"wizard","content":"hello"}]}""", "messages[0].role" },
        { "chat", """{"messages":[{"role":"user","content":5}]}""", "messages[0].content" },
        { "chat", """{"messages":[{"role":"user","content":[{"type":"text"}]}]}""", "messages[0].content[0].text" },
        { "chat", """{"messages":[{"role":"user","content":[{"type":"image_url","image_url":5}]}]}""", "messages[0].content[0].image_url" },
        { "chat", """{"messages":[{"role":"tool","content":"x"}]}""", "messages[0].tool_call_id" },
        { "chat", """{"messages":[{"role":"assistant","tool_calls":"x"}]}""", "messages[0].tool_calls" },
        { "chat", $$"""{"messages":{{Hello}},"temperature":"hot"}""", "temperature" },
        { "chat", $$"""{"messages":{{Hello}},"max_tokens":"many"}""", "max_tokens" },
        { "chat", $$"""{"messages":{{Hello}},"max_completion_tokens":[]}""", "max_completion_tokens" },
        { "chat", $$$"""{"messages":{{{Hello}}},"tools":{}}""", "tools" },
        { "chat", $$"""{"messages":{{Hello}},"tools":[{"type":"function"}]}""", "tools[0].function" },
        { "chat", $$"""{"messages":{{Hello}},"tool_choice":5}""", "tool_choice" },
        { "chat", $$"""{"messages":{{Hello}},"response_format":"json"}""", "response_format" },
        { "chat", $$"""{"messages":{{Hello}},"stop":5}""", "stop" },
        { "chat", $$"""{"messages":{{Hello}},"stream":"yes"}""", "stream" },
        { "responses", "{}", "input" },
        { "responses", """{"input":5}""", "input" },
        { "responses", """{"input":[5]}""", "input[0]" },
        { "responses", """{"input":[{"role":"wizard","content":"hello"}]}""", "input[0].role" },
        { "responses", """{"input":[{"role":"user","content":5}]}""", "input[0].content" },
        { "responses", """{"input":[{"type":"function_call_output","output":"x"}]}""", "input[0].call_id" },
        { "responses", """{"input":"hello","temperature":"hot"}""", "temperature" },
        { "responses", """{"input":"hello","max_output_tokens":"many"}""", "max_output_tokens" },
        { "responses", """{"input":"hello","tools":"all"}""", "tools" },
        { "responses", """{"input":"hello","text":5}""", "text" },
        { "responses", """{"input":"hello","reasoning":"much"}""", "reasoning" },
        { "responses", """{"input":"hello","instructions":5}""", "instructions" },
        { "messages", """{"max_tokens":9}""", "messages" },
        { "messages", $$$"""{"messages":{{{Hello}}}}""", "max_tokens" },
        { "messages", $$$"""{"max_tokens":"many","messages":{{{Hello}}}}""", "max_tokens" },
        { "messages", """{"max_tokens":9,"messages":[]}""", "messages" },
        { "messages", """{"max_tokens":9,"messages":[{"role":"wizard","content":"hello"}]}""", "messages[0].role" },
        { "messages", """{"max_tokens":9,"messages":[{"role":"user"}]}""", "messages[0].content" },
        { "messages", """{"max_tokens":9,"messages":[{"role":"user","content":[{"text":"hello"}]}]}""", "messages[0].content[0].type" },
        { "messages", """{"max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":5}]}]}""", "messages[0].content[0].source" },
        { "messages", $$$"""{"max_tokens":9,"system":5,"messages":{{{Hello}}}}""", "system" },
        { "messages", $$$"""{"max_tokens":9,"temperature":"hot","messages":{{{Hello}}}}""", "temperature" },
        { "messages", $$$"""{"max_tokens":9,"tools":"all","messages":{{{Hello}}}}""", "tools" },
        { "messages", $$$"""{"max_tokens":9,"tool_choice":"any","messages":{{{Hello}}}}""", "tool_choice" },
        { "messages", $$$"""{"max_tokens":9,"thinking":"much","messages":{{{Hello}}}}""", "thinking" },
        { "messages", $$$"""{"max_tokens":9,"stop_sequences":"x","messages":{{{Hello}}}}""", "stop_sequences" },
        { "gemini", "{}", "contents" },
        { "gemini", """{"contents":5}""", "contents" },
        { "gemini", """{"contents":[]}""", "contents" },
        { "gemini", """{"contents":[{"role":"wizard","parts":[{"text":"hello"}]}]}""", "contents[0].role" },
        { "gemini", """{"contents":[{"role":"user","parts":5}]}""", "contents[0].parts" },
        { "gemini", """{"contents":[{"role":"user","parts":[{"text":5}]}]}""", "contents[0].parts[0].text" },
        { "gemini", """{"contents":[{"role":"user","parts":[{"inlineData":5}]}]}""", "contents[0].parts[0].inlineData" },
        { "gemini", $$"""{"contents":{{HelloContents}},"generationConfig":5}""", "generationConfig" },
        { "gemini", $$$"""{"contents":{{{HelloContents}}},"generationConfig":{"temperature":"hot"}}""", "generationConfig.temperature" },
        { "gemini", $$$"""{"contents":{{{HelloContents}}},"generationConfig":{"maxOutputTokens":"many"}}""", "generationConfig.maxOutputTokens" },
        { "gemini", $$"""{"contents":{{HelloContents}},"tools":"all"}""", "tools" },
        { "gemini", $$"""{"contents":{{HelloContents}},"systemInstruction":5}""", "systemInstruction" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task WrongField_IsRefusedByName_InTheCallersShape(string surfaceName, string body, string field)
    {
        var (gateway, surface) = (fixture.Gateway, CallerSurface.Of(surfaceName));
        var target = Translated(surface);
        gateway.Upstream.Log.Clear();
        var answer = await gateway.Client.PostAsync(surface.PathOf(target), WithModel(surface, body, target));

        var error = SurfaceError.Read(surface, answer, 400);
        Assert.Equal(surface.Dialect == Dialect.GeminiContent ? "INVALID_ARGUMENT" : "invalid_request_error", error.Type);
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
        if (surface.Dialect != Dialect.AnthropicMessages) Assert.Equal(field, error.Field);
        Assert.Equal(0, gateway.Upstream.Log.Count);
    }

    [Fact]
    public async Task AnyValueInAnyPlace_IsNeverAFailure()
    {
        var gateway = fixture.Gateway;
        var random = new Random(20251121);
        foreach (var surface in CallerSurface.Plain)
        {
            var whole = Rich(surface);
            for (var round = 0; round < 250; round++)
            {
                var body = JsonNode.Parse(whole)!.AsObject();
                Mutate(body, random);
                var target = Translated(surface);
                // Half of a surrogate pair, which this test's own JSON could not write.
                var sent = WithModel(surface, body.ToJsonString(), target).Replace("LONE", "\\ud800", StringComparison.Ordinal);
                var answer = await gateway.Client.PostAsync(surface.PathOf(target), sent);
                Assert.True(answer.Status is 200 or (>= 400 and < 500), $"{answer.Status} {answer.Body}\nfor {surface} {sent}\nas {string.Concat(gateway.Upstream.Log.Requests.TakeLast(1).Select(request => System.Text.Encoding.UTF8.GetString(request.Body.Span)))}");
                if (answer.Status != 200) SurfaceError.Read(surface, answer, answer.Status);
            }
        }

        await gateway.AssertNothingLeftAsync();
    }

    private static string Translated(CallerSurface surface) => surface.Dialect is Dialect.OpenAIChat or Dialect.OpenAIResponses ? "on-anthropic" : "on-openai";

    private static string WithModel(CallerSurface surface, string body, string model)
    {
        if (surface.Dialect == Dialect.GeminiContent) return body;
        var request = JsonNode.Parse(body)!.AsObject();
        request["model"] = model;
        return request.ToJsonString();
    }

    // One of everything that a dialect has a place for.
    private static string Rich(CallerSurface surface) => surface.Dialect switch
    {
        Dialect.OpenAIChat => """
            {"messages":[{"role":"system","content":"be short"},{"role":"user","content":[{"type":"text","text":"hello"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}}]},
            {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"look","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c1","content":"seen"},{"role":"user","content":"go on"}],
            "tools":[{"type":"function","function":{"name":"look","description":"d","parameters":{"type":"object","properties":{"a":{"type":"integer"}}},"strict":false}}],"tool_choice":"auto","parallel_tool_calls":true,
            "temperature":0.5,"top_p":1,"max_completion_tokens":100,"stop":["x"],"seed":1,"n":1,"user":"u","metadata":{"a":"b"},"response_format":{"type":"text"},"reasoning_effort":"low","logprobs":false,"service_tier":"auto"}
            """,
        Dialect.OpenAIResponses => """
            {"instructions":"be short","input":[{"role":"user","content":[{"type":"input_text","text":"hello"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}]},
            {"type":"function_call","call_id":"c1","name":"look","arguments":"{\"a\":1}"},{"type":"function_call_output","call_id":"c1","output":"seen"},{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"}]},
            {"role":"assistant","content":[{"type":"output_text","text":"so","annotations":[]}]},{"role":"user","content":"go on"}],
            "tools":[{"type":"function","name":"look","description":"d","parameters":{"type":"object","properties":{"a":{"type":"integer"}}},"strict":false}],"tool_choice":"auto","parallel_tool_calls":true,
            "temperature":0.5,"top_p":1,"max_output_tokens":100,"user":"u","metadata":{"a":"b"},"text":{"format":{"type":"text"},"verbosity":"low"},"reasoning":{"effort":"low","summary":"auto"},"include":[],"store":false,"truncation":"disabled","service_tier":"auto"}
            """,
        Dialect.AnthropicMessages => """
            {"max_tokens":2000,"system":[{"type":"text","text":"be short","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":[{"type":"text","text":"hello"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]},
            {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"tool_use","id":"c1","name":"look","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"seen"}],"is_error":false},{"type":"text","text":"go on"}]}],
            "tools":[{"name":"look","description":"d","input_schema":{"type":"object","properties":{"a":{"type":"integer"}}}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":false},
            "temperature":1,"top_p":1,"top_k":5,"stop_sequences":["x"],"metadata":{"user_id":"u"},"service_tier":"auto","thinking":{"type":"enabled","budget_tokens":1024}}
            """,
        _ => """
            {"systemInstruction":{"parts":[{"text":"be short"}]},"contents":[{"role":"user","parts":[{"text":"hello"},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]},
            {"role":"model","parts":[{"text":"hm","thought":true,"thoughtSignature":"c2ln"},{"functionCall":{"id":"c1","name":"look","args":{"a":1}}}]},{"role":"user","parts":[{"functionResponse":{"id":"c1","name":"look","response":{"result":"seen"}}}]}],
            "tools":[{"functionDeclarations":[{"name":"look","description":"d","parameters":{"type":"OBJECT","properties":{"a":{"type":"INTEGER"}}}}]}],"toolConfig":{"functionCallingConfig":{"mode":"AUTO"}},
            "generationConfig":{"temperature":0.5,"topP":1,"topK":5,"maxOutputTokens":100,"stopSequences":["x"],"seed":1,"candidateCount":1,"responseMimeType":"text/plain","thinkingConfig":{"includeThoughts":true,"thinkingBudget":512}},
            "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}]}
            """,
    };

    private static readonly string[] Values =
        ["null", "true", "-1", "1e400", "99999999999999999999", "\"\"", "\"LONE\"", "\"x\\r\\ny\"", "[]", "{}", "[null]", "[[]]", "{\"type\":\"x\"}", "[{\"type\":\"text\"}]", "\"data:image/png;base64,%%\"", "0.5"];

    // Replaces, removes or repeats something somewhere.
    private static void Mutate(JsonObject body, Random random)
    {
        var nodes = new List<JsonNode>();
        Collect(body);
        var node = nodes[random.Next(nodes.Count)];
        if (node is JsonObject owner && owner.Count > 0)
        {
            var name = owner.ElementAt(random.Next(owner.Count)).Key;
            if (random.Next(5) == 0) owner.Remove(name);
            else owner[name] = JsonNode.Parse(Values[random.Next(Values.Length)]);
        }
        else if (node is JsonArray array && array.Count > 0)
        {
            var at = random.Next(array.Count);
            if (random.Next(3) == 0) array.Add(array[at]!.DeepClone());
            else array[at] = JsonNode.Parse(Values[random.Next(Values.Length)]);
        }

        void Collect(JsonNode? at)
        {
            if (at is not (JsonObject or JsonArray)) return;
            nodes.Add(at);
            foreach (var child in at is JsonObject o ? o.Select(member => member.Value) : at.AsArray()) Collect(child);
        }
    }
}
