using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Agents;

[Trait("Contract", "4.agents")]
public sealed class ModelAgentTests
{
    [Fact]
    public async Task Ask_PlainModel_AnswersWithItsText()
    {
        await using var gateway = await StartAsync();
        using var answer = await gateway.Client.PostAsync("/agents/helper?query=hello", null, GatewayCalls.Limit());
        Assert.Equal("""{"content":"[simulated] hello","citations":[]}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("lab", answer.Headers.GetValues("x-parley-provider").Single());
        var record = Assert.Single(await gateway.RecordsAsync());
        Assert.Equal(answer.Headers.GetValues("x-request-id").Single(), record.GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task Stream_PlainModel_TellsTheTextAsItComes()
    {
        await using var gateway = await StartAsync();
        var (status, events) = await gateway.StreamAsync("helper", "tell me a little more");
        Assert.Equal((200, "[simulated] tell me a little more"), (status, events.Text()));
        Assert.True(events.Count(static e => e.Name == "delta") > 1);
        Assert.Equal(("done", """{"content":"[simulated] tell me a little more","citations":[]}"""), events[^1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_AnotherAgentAsATool_IsRunAndItsAnswerFedBack(bool isStream)
    {
        await using var upstream = await CannedUpstream.StartAsync();
        List<string> bodies = [];
        upstream.Answer = async context =>
        {
            var body = Encoding.UTF8.GetString(CannedUpstream.BodyOf(context));
            bodies.Add(body);
            var output = body.Contains("function_call_output", StringComparison.Ordinal) ? Message
                : body.Contains("\"instructions\":\"outer\"", StringComparison.Ordinal) ? Call("inner", "{\\\"query\\\":\\\"what is new?\\\"}") : InnerMessage;
            await AnswerAsync(context, output, body.Contains("\"stream\":true", StringComparison.Ordinal));
        };
        await using var gateway = await StartCannedAsync(upstream);
        var (status, events) = isStream ? await gateway.StreamAsync("outer") : (0, []);
        var (code, answer) = isStream ? (status, events[^1].Data) : await gateway.AskAsync("outer");
        Assert.Equal(200, code);
        Assert.Equal("""{"content":"Outer says so.","citations":[{"id":1,"type":"url","url":"https://inner","title":"Inner"},{"id":2,"type":"url","url":"https://outer","title":"Outer"}]}""", answer);
        Assert.Equal(3, bodies.Count);
        using var first = JsonDocument.Parse(bodies[0]);
        var tools = first.RootElement.GetProperty("tools").EnumerateArray().ToList();
        Assert.Equal(("function", "inner", "Knows things."), (tools[0].GetProperty("type").GetString(), tools[0].GetProperty("name").GetString(), tools[0].GetProperty("description").GetString()));
        Assert.Equal("""{"type":"web_search","filters":{"allowed":["a"]}}""", tools[1].GetRawText());
        using var last = JsonDocument.Parse(bodies[2]);
        var input = last.RootElement.GetProperty("input").EnumerateArray().ToList();
        Assert.Equal(["message", "function_call", "function_call_output"], input.Select(static item => item.GetProperty("type").GetString()));
        Assert.Equal(("call_1", """{"content":"Inner knows.","citations":[{"id":1,"type":"url","url":"https://inner","title":"Inner"}]}"""),
            (input[2].GetProperty("call_id").GetString(), input[2].GetProperty("output").GetString()));
        Assert.Equal(3, (await gateway.RecordsAsync()).Select(static record => record.GetProperty("requestId").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Ask_ModelThatNeverStopsAsking_EndsAfterEightRounds()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        var calls = 0;
        upstream.Answer = context =>
        {
            calls++;
            return AnswerAsync(context, Call("nobody", "{}"), isStream: false);
        };
        await using var gateway = await StartCannedAsync(upstream);
        var (status, body) = await gateway.AskAsync("outer");
        Assert.Equal((502, 8), (status, calls));
        Assert.Contains("agent_rounds", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_ToolAgentThatFails_FailsTheWholeQuestion()
    {
        await using var upstream = await CannedUpstream.StartAsync();
        upstream.Answer = async context =>
        {
            if (Encoding.UTF8.GetString(CannedUpstream.BodyOf(context)).Contains("\"instructions\":\"outer\"", StringComparison.Ordinal)) await AnswerAsync(context, Call("inner", "{\\\"query\\\":\\\"x\\\"}"), isStream: false);
            else context.Response.StatusCode = 429;
        };
        await using var gateway = await StartCannedAsync(upstream);
        var (status, body) = await gateway.AskAsync("outer");
        Assert.Equal(429, status);
        Assert.Contains("The agent 'outer' could not answer.", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_KeyThatMayNotUseTheModel_IsRefused()
    {
        await using var gateway = await StartAsync();
        using var made = await gateway.Client.PostAsync("/admin/keys", GatewayCalls.Json("""{"name":"limited","models":["other"]}"""));
        using var document = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        using var limited = gateway.CreateClient(document.RootElement.GetProperty("key").GetString());
        using var answer = await limited.PostAsync("/agents/helper?query=hello", null, GatewayCalls.Limit());
        Assert.Equal(403, (int)answer.StatusCode);
    }

    private const string Message = """{"type":"message","id":"m2","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Outer says so【1:0†source】.","annotations":[{"type":"url_citation","url":"https://outer","title":"Outer","start_index":13,"end_index":25},{"type":"url_citation","url":"https://inner","title":"Again","start_index":14,"end_index":25}]}]}""";

    private const string InnerMessage = """{"type":"message","id":"m1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Inner knows.","annotations":[{"type":"url_citation","url":"https://inner","title":"Inner","start_index":0,"end_index":5}]}]}""";

    private static string Call(string name, string arguments) => $$"""{"type":"function_call","id":"fc_1","call_id":"call_1","name":"{{name}}","arguments":"{{arguments}}","status":"completed"}""";

    private static async Task AnswerAsync(HttpContext context, string output, bool isStream)
    {
        var response = """{"id":"resp_1","object":"response","status":"completed","model":"canned","output":[@],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}""".Replace("@", output, StringComparison.Ordinal);
        context.Response.ContentType = isStream ? "text/event-stream" : "application/json";
        if (!isStream)
        {
            await context.Response.WriteAsync(response);
            return;
        }

        string[] events =
        [
            """{"type":"response.created","response":{"id":"resp_1","object":"response","status":"in_progress","model":"canned","output":[]}}""",
            """{"type":"response.output_item.added","output_index":0,"item":@}""".Replace("@", output, StringComparison.Ordinal),
            """{"type":"response.output_item.done","output_index":0,"item":@}""".Replace("@", output, StringComparison.Ordinal),
            """{"type":"response.completed","response":@}""".Replace("@", response, StringComparison.Ordinal),
        ];
        foreach (var data in events) await context.Response.WriteAsync($"data: {data}\n\n");
    }

    private static Task<GatewayHost> StartCannedAsync(CannedUpstream upstream) => GatewayHost.StartAsync(new()
    {
        Config = _ => $$"""
            {
              "providers": { "canned": { "type": "openai", "baseUrl": "{{upstream.Address}}v1", "apiKey": "sk-canned" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "canned", "model": "gpt-4o" } ] } ],
              "agents": {
                "outer": { "kind": "model", "model": "gpt", "prompt": "outer", "tools": ["inner", { "type": "web_search", "filters": { "allowed": ["a"] } }] },
                "inner": { "kind": "model", "model": "gpt", "description": "Knows things." }
              }
            }
            """,
    });

    private static Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(new()
    {
        Config = static upstream => $$"""
            {
              "providers": { "lab": { "type": "openai", "baseUrl": "{{upstream}}v1", "apiKey": "sk-upstream-secret-0001" } },
              "models": [ { "modelId": "gpt", "targets": [ { "provider": "lab", "model": "gpt-4o" } ] } ],
              "agents": { "helper": { "kind": "model", "model": "gpt", "prompt": "Be brief." } }
            }
            """,
    });
}
