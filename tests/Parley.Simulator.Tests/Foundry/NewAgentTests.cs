using System.Text.Json;
using Parley.Testing;
using static Parley.Simulator.Tests.Foundry.AgentClient;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Foundry;

public sealed class NewAgentTests : IAsyncLifetime
{
    private const string OpenAI = Project + "/openai/v1";
    private const string Ask = OpenAI + "/responses";

    // What is stuck brings nothing for so long.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions { TimeProvider = new ManualTimeProvider() }, Soon);
        client = host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Conversation_MadeReadAndDeleted_IsGone()
    {
        var made = await PostAsync("/conversations", """{"items":[{"type":"message","role":"user","content":"first"}],"metadata":{"a":"b"}}""");
        var id = Id(made);
        Assert.Equal($$$"""{"id":"{{{id}}}","object":"conversation","created_at":1767225600,"metadata":{"a":"b"}}""", made.Text);
        Assert.Equal(made.Text, (await GetAsync($"/conversations/{id}")).Text);
        var item = (await GetAsync($"/conversations/{id}/items")).Json.GetProperty("data")[0];
        Assert.Equal($$"""{"id":"{{item.GetProperty("id").GetString()}}","type":"message","status":"completed","role":"user","content":[{"type":"input_text","text":"first"}]}""", item.GetRawText());
        Assert.Equal(1, host.LiveConversations);
        Assert.Equal($$"""{"id":"{{id}}","object":"conversation.deleted","deleted":true}""", (await DeleteAsync($"/conversations/{id}")).Text);
        Assert.Equal(0, host.LiveConversations);
        var gone = $$$"""{"error":{"message":"Conversation with id '{{{id}}}' not found.","type":"invalid_request_error","param":null,"code":null}}""";
        foreach (var again in (Received[])[await GetAsync($"/conversations/{id}"), await GetAsync($"/conversations/{id}/items"), await DeleteAsync($"/conversations/{id}"),
            await PostAsync("/responses", Body("helper", $$""" "input":"x","conversation":"{{id}}" """))])
        {
            Assert.Equal((404, gone), (again.Status, again.Text));
        }
    }

    [Fact]
    public async Task Response_OfAnAgent_IsWhole()
    {
        var answer = await PostAsync("/responses", Body("helper", """ "input":"hello" """));
        var id = Id(answer);
        var message = answer.Json.GetProperty("output")[0].GetProperty("id").GetString();
        Assert.Equal($$$"""{"id":"{{{id}}}","object":"response","created_at":1767225600,"status":"completed","background":false,"completed_at":1767225600,"error":null,"incomplete_details":null,"instructions":null,"max_output_tokens":null,"model":"gpt-4o","output":[{"id":"{{{message}}}","type":"message","status":"completed","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"[simulated] hello"}],"role":"assistant"}],"parallel_tool_calls":true,"previous_response_id":null,"conversation":null,"agent_reference":{"type":"agent_reference","name":"helper","version":"1"},"store":true,"temperature":1,"tool_choice":"auto","tools":[],"top_p":1,"truncation":"disabled","usage":{"input_tokens":1,"input_tokens_details":{"cached_tokens":0},"output_tokens":4,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":5},"user":null,"metadata":{}}""", answer.Text);
        Assert.Equal(answer.Text, (await GetAsync($"/responses/{id}")).Text);
        var next = await PostAsync("/responses", Body("helper", $$""" "input":[{"type":"function_call_output","call_id":"c","output":"x"}],"previous_response_id":"{{id}}" """));
        Assert.Equal("[simulated] hello", next.Json.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("bing-agent", "hello", null)]
    [InlineData("helper", "please cite", null)]
    [InlineData("helper", "hello", "required")]
    public async Task Grounded_Answer_HasTheSearchAndFlatCitations(string agent, string question, string? choice)
    {
        var output = (await PostAsync("/responses", Body(agent, $""" "input":"{question}","tool_choice":"{choice ?? "auto"}" """))).Json.GetProperty("output");
        Assert.Equal(["bing_grounding_call", "bing_grounding_call_output", "message"], output.EnumerateArray().Select(item => item.GetProperty("type").GetString()));
        Assert.Equal(question, Parse(output[0].GetProperty("arguments").GetString()!).GetProperty("query").GetString());
        Assert.Equal("completed", output[0].GetProperty("status").GetString());
        Assert.Equal(output[0].GetProperty("call_id").GetString(), output[1].GetProperty("call_id").GetString());
        var part = output[2].GetProperty("content")[0];
        var annotations = part.GetProperty("annotations").EnumerateArray().ToList();
        Assert.Equal(["url_citation", "url_citation", "url_citation", "file_citation"], annotations.Select(a => a.GetProperty("type").GetString()));
        var start = $"[simulated] {question}".Length;
        Assert.Equal($$"""{"type":"url_citation","end_index":{{start + 12}},"start_index":{{start}},"title":"Example One","url":"https://example.com/one"}""", annotations[0].GetRawText());
        Assert.Equal("【3:0†source】", part.GetProperty("text").GetString()!.Substring(start, 12));
    }

    [Theory]
    [InlineData("bing-agent", "none")]
    public async Task Grounding_ForbiddenByToolChoice_DoesNotHappen(string agent, string choice)
    {
        var output = (await PostAsync("/responses", Body(agent, $""" "input":"x","tool_choice":"{choice}" """))).Json.GetProperty("output");
        Assert.Equal("message", Assert.Single(output.EnumerateArray()).GetProperty("type").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Conversation_AsStringOrObject_KeepsWhatWasSaid(bool asObject)
    {
        var id = Id(await PostAsync("/conversations", "{}"));
        var conversation = asObject ? $$"""{"id":"{{id}}"}""" : $"\"{id}\"";
        var first = (await PostAsync("/responses", Body("bing-agent", $$""" "input":"one","conversation":{{conversation}} """))).Json;
        Assert.Equal(id, first.GetProperty("conversation").GetProperty("id").GetString());
        await PostAsync("/responses", Body("helper", $$""" "input":[{"role":"user","content":[{"type":"input_text","text":"two"}]}],"conversation":{{conversation}} """));
        var items = (await GetAsync($"/conversations/{id}/items?order=asc")).Json.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(["message", "bing_grounding_call", "bing_grounding_call_output", "message", "message", "message"], items.Select(item => item.GetProperty("type").GetString()));
        Assert.Equal("[simulated] two", items[^1].GetProperty("content")[0].GetProperty("text").GetString());
        // A conversation that holds a question needs no other.
        var third = (await PostAsync("/responses", Body("helper", $$""" "conversation":{{conversation}} """))).Json;
        Assert.Equal("[simulated] two", third.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Stream_OfAGroundedAnswer_HasEveryEventAndEndsInTheSameText()
    {
        var events = (await client.EventsAsync(Ask, Body("bing-agent", """ "input":"hello","stream":true """))).Select(Parse).ToList();
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(e => e.GetProperty("sequence_number").GetInt32()));
        var types = events.Select(e => e.GetProperty("type").GetString()).ToList();
        Assert.Equal(
            ["response.created", "response.in_progress", "response.output_item.added", "response.output_item.done", "response.output_item.added",
                "response.output_item.done", "response.output_item.added", "response.content_part.added", "response.output_text.delta"], types[..9]);
        Assert.Equal(["response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"], types[^4..]);
        var whole = events[^1].GetProperty("response").GetProperty("output")[2].GetProperty("content")[0];
        var said = "";
        var seen = new List<string>();
        foreach (var one in events.Where(e => e.TryGetProperty("delta", out _) || e.TryGetProperty("annotation", out _)))
        {
            if (one.TryGetProperty("delta", out var delta))
                said += delta.GetString();
            else if (one.GetProperty("annotation") is var annotation)
            {
                Assert.Equal(seen.Count, one.GetProperty("annotation_index").GetInt32());
                seen.Add(annotation.GetRawText());
                Assert.True((annotation.TryGetProperty("end_index", out var end) ? end : annotation.GetProperty("index")).GetInt32() <= said.Length);
            }
        }
        Assert.Equal(whole.GetProperty("text").GetString(), said);
        Assert.Equal(whole.GetProperty("annotations").EnumerateArray().Select(a => a.GetRawText()), seen);
    }

    [Theory]
    [InlineData("failed", "failed", "response.failed")]
    [InlineData("failed-rate_limit_exceeded", "failed", "response.failed")]
    [InlineData("expired", "failed", "response.failed")]
    [InlineData("incomplete", "incomplete", "response.incomplete")]
    [InlineData("cancelled", "cancelled", "response.cancelled")]
    public async Task Fate_OfTheAgent_IsTheResponsesEnd(string fate, string status, string last)
    {
        var plain = (await PostAsync("/responses", Body($"sim-fault-{fate}", """ "input":"hello" """))).Json;
        Assert.Equal(status, plain.GetProperty("status").GetString());
        var code = fate.EndsWith("exceeded", StringComparison.Ordinal) ? "rate_limit_exceeded" : "server_error";
        Assert.Equal(status == "failed" ? code : null, plain.GetProperty("error") is { ValueKind: JsonValueKind.Object } error ? error.GetProperty("code").GetString() : null);
        Assert.Equal(status == "incomplete" ? 1 : 0, plain.GetProperty("output").GetArrayLength());
        var events = (await client.EventsAsync(Ask, Body($"sim-fault-{fate}", """ "input":"hello","stream":true """))).Select(Parse).ToList();
        Assert.Equal((last, status), (events[^1].GetProperty("type").GetString(), events[^1].GetProperty("response").GetProperty("status").GetString()));
        Assert.Contains(events, e => e.GetProperty("type").GetString() == "response.output_text.delta");
        Assert.Equal(status == "incomplete", events.Any(e => e.GetProperty("type").GetString() == "response.output_text.done"));
    }

    [Fact]
    public async Task Fate_RequiresAction_IsAFunctionCallAndNoMessage()
    {
        var output = (await PostAsync("/responses", Body("sim-fault-requires-action", """ "input":"hello" """))).Json.GetProperty("output");
        Assert.Equal("function_call", Assert.Single(output.EnumerateArray()).GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"stream\":true,")]
    public async Task Fate_Stuck_NeverEnds(string stream)
    {
        using var leave = new CancellationTokenSource();
        var sending = client.SendAsync(Post(Ask, Body("sim-fault-stuck", $""" {stream}"input":"hello" """)), HttpCompletionOption.ResponseContentRead, leave.Token);
        await host.Log.WaitForCountAsync(1, Soon);
        await Assert.ThrowsAsync<TimeoutException>(() => sending.WaitAsync(Patience, Soon));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Fault_AtAStep_StrikesThatCallOnly()
    {
        var id = Id(await PostAsync("/conversations", "{}"));
        Assert.Equal(500, (await PostAsync("/responses", Body("sim-fault-500", $$""" "input":"x","conversation":"{{id}}" """))).Status);
        Assert.Equal(200, (await PostAsync("/responses", Body("sim-fault-503@delete", $$""" "input":"x","conversation":"{{id}}" """))).Status);
        Assert.Equal(200, (await GetAsync($"/conversations/{id}/items")).Status);
        Assert.Equal((503, 1), ((await DeleteAsync($"/conversations/{id}")).Status, host.LiveConversations));
    }

    [Theory]
    [InlineData("""{"agent_reference":{"name":"a"},"input":"x"}""", 400, "Missing required parameter: 'agent_reference.type'.")]
    [InlineData("""{"agent_reference":{"type":"agent","name":"a"},"input":"x"}""", 400, "Invalid value: 'agent'. Value must be 'agent_reference'.")]
    [InlineData("""{"agent_reference":{"type":"agent_reference"},"input":"x"}""", 400, "Missing required parameter: 'agent_reference.name'.")]
    [InlineData("""{"agent_reference":{"type":"agent_reference","name":"a","version":1},"input":"x"}""", 400, "Invalid type for 'agent_reference.version': expected a string, but got an integer instead.")]
    [InlineData("""{"agent_reference":{"type":"agent_reference","name":"missing-a"},"input":"x"}""", 404, "Agent 'missing-a' doesn't exist.")]
    [InlineData("""{"agent_reference":{"type":"agent_reference","name":"a"},"model":"gpt-4o","input":"x"}""", 400, "Not allowed when agent is specified.")]
    [InlineData("""{"agent_reference":{"type":"agent_reference","name":"a"}}""", 400, "Missing required parameter: 'input'.")]
    [InlineData("""{"agent_reference":{"type":"agent_reference","name":"a"},"input":7}""", 400, "Invalid type for 'input': expected one of a string or array of objects, but got an integer instead.")]
    [InlineData("""{"agent_reference":{"type":"agent_reference","name":"a"},"input":"x","conversation":"thread_1"}""", 400, "Invalid conversation id 'thread_1', Malformed identifier.")]
    [InlineData("""{"agent_reference":"a","input":"x"}""", 400, "Invalid type for 'agent_reference': expected an object, but got a string instead.")]
    [InlineData("""{"input":"x"}""", 400, "Missing required parameter: 'model'.")]
    public async Task WrongBody_IsRefused(string body, int status, string message)
    {
        var refused = await PostAsync("/responses", body);
        Assert.Equal((status, message), (refused.Status, refused.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Model_InPlaceOfAnAgent_IsAnsweredAsByOpenAI()
    {
        var answer = (await PostAsync("/responses", """{"model":"gpt-4o","input":"hello"}""")).Json;
        Assert.Equal("[simulated] hello", answer.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Agent_MadeAndRead_IsTheSame()
    {
        var made = await client.PostAgentAsync("agents", """{"name":"missing-once","definition":{"kind":"prompt","model":"gpt-4o","instructions":"Be brief."}}""");
        Assert.Equal("""{"object":"agent","id":"missing-once","name":"missing-once","versions":{"latest":{"object":"agent.version","id":"missing-once:1","name":"missing-once","version":"1","description":"","created_at":1767225600,"metadata":{},"definition":{"kind":"prompt","model":"gpt-4o","instructions":"Be brief."}}}}""", made.Text);
        Assert.Equal(made.Text, (await client.GetAgentAsync("agents/missing-once")).Text);
        Assert.Equal(200, (await PostAsync("/responses", Body("missing-once", """ "input":"x" """))).Status);
        Assert.Equal(404, (await client.GetAgentAsync("agents/missing-twice")).Status);
        Assert.Equal(409, (await client.PostAgentAsync("agents", """{"name":"missing-once","definition":{"kind":"prompt"}}""")).Status);
        Assert.Equal(400, (await client.PostAgentAsync("agents", """{"name":"x","definition":{"kind":"other"}}""")).Status);
    }

    [Theory]
    [InlineData("/conversations?api-version=2025-05-01", 400)]
    [InlineData("/conversations?api-version=v1", 200)]
    [InlineData("/threads", 404)]
    public async Task Url_OfTheV1Paths_TakesNoDate(string path, int status) => Assert.Equal(status, (await PostAsync(path, "{}")).Status);

    [Fact]
    public async Task Credential_ThatIsAKey_Is401()
    {
        using var bare = host.CreateClient(key: null);
        using var response = await bare.SendAsync(Ask, Body("a", """ "input":"x" """), ("api-key", "sk-sim"));
        Assert.Equal(401, (int)response.StatusCode);
    }

    private static string Body(string agent, string rest) => $$"""{"agent_reference":{"type":"agent_reference","name":"{{agent}}"},{{rest}}}""";

    private Task<Received> PostAsync(string path, string body) => Received.OfAsync(client, Post(OpenAI + path, body));

    private Task<Received> GetAsync(string path) => Received.OfAsync(client, new HttpRequestMessage(HttpMethod.Get, OpenAI + path));

    private Task<Received> DeleteAsync(string path) => Received.OfAsync(client, new HttpRequestMessage(HttpMethod.Delete, OpenAI + path));
}
