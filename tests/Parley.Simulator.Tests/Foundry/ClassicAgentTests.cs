using System.Text.Json;
using Parley.Testing;
using static Parley.Simulator.Tests.Foundry.AgentClient;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Foundry;

public sealed class ClassicAgentTests : IAsyncLifetime
{
    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions { TimeProvider = new ManualTimeProvider(), StoredThreads = 3 }, Soon);
        client = host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Thread_MadeReadAndDeleted_IsGone()
    {
        var made = await client.PostAgentAsync("threads", """{"metadata":{"a":"b"}}""");
        var id = Id(made);
        var whole = $$$"""{"id":"{{{id}}}","object":"thread","created_at":1767225600,"metadata":{"a":"b"},"tool_resources":{}}""";
        Assert.Equal(whole, made.Text);
        Assert.Equal(whole, (await client.GetAgentAsync($"threads/{id}")).Text);
        Assert.Equal(1, host.LiveThreads);
        Assert.Equal($$"""{"id":"{{id}}","object":"thread.deleted","deleted":true}""", (await client.DeleteAgentAsync($"threads/{id}")).Text);
        Assert.Equal(0, host.LiveThreads);
        var gone = $$$"""{"error":{"message":"No thread found with id '{{{id}}}'.","type":"invalid_request_error","param":null,"code":null}}""";
        foreach (var again in (Received[])[await client.GetAgentAsync($"threads/{id}"), await client.DeleteAgentAsync($"threads/{id}"),
            await client.PostAgentAsync($"threads/{id}/messages", """{"role":"user","content":"x"}"""), await client.GetAgentAsync($"threads/{id}/messages"),
            await client.PostAgentAsync($"threads/{id}/runs", """{"assistant_id":"asst_1"}"""), await client.GetAgentAsync($"threads/{id}/runs/run_1")])
        {
            Assert.Equal((404, gone), (again.Status, again.Text));
        }
    }

    [Fact]
    public async Task Thread_WithoutABody_IsMade()
    {
        using var response = await client.PostAsync(Url("threads"), null, Soon);
        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Threads_MoreThanAreKept_LoseTheOldest()
    {
        var first = await client.ThreadAsync("1");
        for (var i = 0; i < 3; i++)
            await client.ThreadAsync("more");
        Assert.Equal(3, host.LiveThreads);
        Assert.Equal(404, (await client.GetAgentAsync($"threads/{first}")).Status);
    }

    [Fact]
    public async Task Message_Posted_ComesBackWhole()
    {
        var thread = await client.ThreadAsync("one");
        var posted = await client.PostAgentAsync($"threads/{thread}/messages", """{"role":"user","content":[{"type":"text","text":"two"}]}""");
        Assert.Equal($$$"""{"id":"{{{Id(posted)}}}","object":"thread.message","created_at":1767225600,"assistant_id":null,"thread_id":"{{{thread}}}","run_id":null,"status":"completed","incomplete_details":null,"incomplete_at":null,"completed_at":1767225600,"role":"user","content":[{"type":"text","text":{"value":"two","annotations":[]}}],"attachments":[],"metadata":{}}""", posted.Text);
    }

    [Fact]
    public async Task Run_AskedForAgainAndAgain_GoesFromQueuedToCompletedAndAnswers()
    {
        var thread = await client.ThreadAsync("hello");
        var made = await client.PostAgentAsync($"threads/{thread}/runs", """{"assistant_id":"asst_1"}""");
        var run = Id(made);
        Assert.Equal($$"""{"id":"{{run}}","object":"thread.run","created_at":1767225600,"assistant_id":"asst_1","thread_id":"{{thread}}","status":"queued","started_at":null,"expires_at":1767226200,"cancelled_at":null,"failed_at":null,"completed_at":null,"required_action":null,"last_error":null,"model":"gpt-4o","instructions":"","tools":[],"tool_resources":{},"metadata":{},"temperature":1,"top_p":1,"max_completion_tokens":null,"max_prompt_tokens":null,"truncation_strategy":{"type":"auto","last_messages":null},"incomplete_details":null,"usage":null,"response_format":"auto","tool_choice":"auto","parallel_tool_calls":true}""", made.Text);
        Assert.Equal(["in_progress", "completed"], await client.PollAsync(thread, run));
        var done = (await client.GetAgentAsync($"threads/{thread}/runs/{run}")).Json;
        Assert.Equal("""{"prompt_tokens":1,"completion_tokens":4,"total_tokens":5}""", done.GetProperty("usage").GetRawText());
        var list = (await client.GetAgentAsync($"threads/{thread}/messages?run_id={run}&order=asc&limit=100")).Json;
        var message = Assert.Single(list.GetProperty("data").EnumerateArray());
        Assert.Equal("[simulated] hello", message.GetProperty("content")[0].GetProperty("text").GetProperty("value").GetString());
        Assert.Equal(("asst_1", run, "assistant"), (message.GetProperty("assistant_id").GetString(), message.GetProperty("run_id").GetString(), message.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task Messages_InPages_AreAllThereInBothOrders()
    {
        var thread = await client.ThreadAsync("0");
        for (var i = 1; i < 5; i++)
            await client.PostAgentAsync($"threads/{thread}/messages", $$"""{"role":"user","content":"{{i}}"}""");
        Assert.Equal(["01", "23", "4"], await PagesAsync("asc"));
        Assert.Equal(["43", "21", "0"], await PagesAsync("desc"));
        Assert.Equal(5, (await client.GetAgentAsync($"threads/{thread}/messages")).Json.GetProperty("data").GetArrayLength());

        async Task<List<string>> PagesAsync(string order)
        {
            var pages = new List<string>();
            for (string? after = ""; after is not null;)
            {
                var page = (await client.GetAgentAsync($"threads/{thread}/messages?limit=2&order={order}&after={after}")).Json;
                var data = page.GetProperty("data").EnumerateArray().ToList();
                pages.Add(string.Concat(data.Select(Value)));
                Assert.Equal((data[0].GetProperty("id").GetString(), data[^1].GetProperty("id").GetString()), (page.GetProperty("first_id").GetString(), page.GetProperty("last_id").GetString()));
                after = page.GetProperty("has_more").GetBoolean() ? page.GetProperty("last_id").GetString() : null;
            }
            return pages;
        }
    }

    [Theory]
    [InlineData("asst_bing", "hello")]
    [InlineData("asst_1", "please cite \U0001F600")]
    [InlineData("asst_1", "cite simulate:long-markers")]
    public async Task Citations_OfAGroundedAnswer_StandWhereTheySay(string agent, string question)
    {
        var thread = await client.ThreadAsync(question);
        var run = await client.RunAsync(thread, agent);
        await client.PollAsync(thread, run);
        var text = (await client.GetAgentAsync($"threads/{thread}/messages?run_id={run}")).Json.GetProperty("data")[0].GetProperty("content")[0].GetProperty("text");
        var value = text.GetProperty("value").GetString()!;
        var annotations = text.GetProperty("annotations").EnumerateArray().ToList();
        Assert.All(annotations, a => Assert.Equal(a.GetProperty("text").GetString(), value[a.GetProperty("start_index").GetInt32()..a.GetProperty("end_index").GetInt32()]));
        Assert.Equal(["url_citation", "url_citation", "url_citation", "file_citation"], annotations.Select(a => a.GetProperty("type").GetString()));
        Assert.Equal(annotations[0].GetProperty("text").GetString(), annotations[2].GetProperty("text").GetString());
        Assert.Equal("""{"url":"https://example.com/one","title":"Example One"}""", annotations[0].GetProperty("url_citation").GetRawText());
        Assert.Equal("""{"file_id":"assistant-SimulatedNotes","quote":"What the notes say."}""", annotations[3].GetProperty("file_citation").GetRawText());
        Assert.EndsWith("Nobody cites this【5:2†source】.", value, StringComparison.Ordinal);
        Assert.Equal(question.Contains("long", StringComparison.Ordinal) ? "【3:0†Example One†https://example.com/one】" : "【3:0†source】", annotations[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Steps_OfAGroundedRun_HoldTheSearch()
    {
        var thread = await client.ThreadAsync("what is \"new\" & why?");
        var run = await client.RunAsync(thread, "asst_bing");
        Assert.Equal("""{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}""", (await client.GetAgentAsync($"threads/{thread}/runs/{run}/steps")).Text);
        await client.PollAsync(thread, run);
        var steps = (await client.GetAgentAsync($"threads/{thread}/runs/{run}/steps?order=asc")).Json.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(["tool_calls", "message_creation"], steps.Select(step => step.GetProperty("type").GetString()));
        var call = steps[0].GetProperty("step_details").GetProperty("tool_calls")[0];
        Assert.Equal("bing_grounding", call.GetProperty("type").GetString());
        Assert.Equal("https://api.bing.microsoft.com/v7.0/search?q=search(query: \"what is \"new\" & why?\")", call.GetProperty("bing_grounding").GetProperty("requesturl").GetString());
    }

    [Theory]
    [InlineData("threads", "{", 400, "We could not parse the JSON body of your request.")]
    [InlineData("threads", """{"messages":[{"role":"system","content":"x"}]}""", 400, "Invalid value: 'system'. Supported values are: 'user' and 'assistant'.")]
    [InlineData("threads/T/messages", """{"content":"x"}""", 400, "Missing required parameter: 'role'.")]
    [InlineData("threads/T/messages", """{"role":"user"}""", 400, "Missing required parameter: 'content'.")]
    [InlineData("threads/T/messages", """{"role":"user","content":""}""", 400, "Message content must be non-empty.")]
    [InlineData("threads/T/messages", """{"role":"user","content":[{"type":"input_text","text":"x"}]}""", 400, "Invalid value: 'input_text'.")]
    [InlineData("threads/T/runs", "{}", 400, "Missing required parameter: 'assistant_id'.")]
    [InlineData("threads/T/runs", """{"assistant_id":"MyAgent"}""", 400, "Invalid 'assistant_id': 'MyAgent'. Expected an ID that begins with 'asst'.")]
    [InlineData("threads/T/runs", """{"assistant_id":"asst_missing1"}""", 404, "No assistant found with id 'asst_missing1'.")]
    [InlineData("threads/T/runs", """{"assistant_id":"asst_1","stream":"yes"}""", 400, "Invalid type for 'stream': expected a boolean, but got a string instead.")]
    [InlineData("threads/runs", """{"assistant_id":"asst_1","thread":{"messages":[7]}}""", 400, "Invalid type for 'thread.messages[0]': expected an object, but got an integer instead.")]
    public async Task WrongBody_IsRefused(string path, string body, int status, string begins)
    {
        var thread = await client.ThreadAsync("x");
        var refused = await client.PostAgentAsync(path.Replace("/T/", $"/{thread}/", StringComparison.Ordinal), body);
        Assert.Equal(status, refused.Status);
        Assert.StartsWith(begins, refused.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ActiveRun_TakesNoMessageAndNoOtherRun()
    {
        var thread = await client.ThreadAsync("x");
        var run = await client.RunAsync(thread, "asst_1");
        var message = await client.PostAgentAsync($"threads/{thread}/messages", """{"role":"user","content":"y"}""");
        Assert.Equal((400, $"Can't add messages to {thread} while a run {run} is active."), (message.Status, message.Json.GetProperty("error").GetProperty("message").GetString()));
        var other = await client.PostAgentAsync($"threads/{thread}/runs", """{"assistant_id":"asst_1"}""");
        Assert.Equal((400, $"Thread {thread} already has an active run {run}."), (other.Status, other.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task ThreadAndRun_InOneCall_MakesBoth()
    {
        var run = (await client.PostAgentAsync("threads/runs", """{"assistant_id":"asst_1","thread":{"messages":[{"role":"user","content":"x"}]}}""")).Json;
        Assert.Equal(["in_progress", "completed"], await client.PollAsync(run.GetProperty("thread_id").GetString()!, run.GetProperty("id").GetString()!));
        Assert.Equal(1, host.LiveThreads);
    }

    [Theory]
    [InlineData("/api/projects/p/threads", 400, """{"error":{"code":"MissingApiVersionParameter","message":"The api-version query parameter (?api-version=) is required for all requests."}}""")]
    [InlineData("/api/projects/p/threads?api-version=2024-10-21", 400, """{"error":{"code":"BadRequest","message":"API version not supported"}}""")]
    [InlineData("/api/projects/p/thread?api-version=v1", 404, """{"error":{"code":"404","message":"Resource not found"}}""")]
    [InlineData("/api/projects/missing/threads?api-version=v1", 404, """{"error":{"code":"404","message":"Resource not found"}}""")]
    [InlineData("/api/projects/p/threads?api-version=2025-05-15-preview", 200, null)]
    [InlineData("/api/projects/p/threads?api-version=2025-05-01", 200, null)]
    public async Task Url_OfAnotherVersionOrPath_IsRefused(string path, int status, string? body)
    {
        using var response = await client.SendAsync(path, "{}");
        Assert.Equal(status, (int)response.StatusCode);
        if (body is not null)
            Assert.Equal(body, await response.Content.ReadAsStringAsync(Soon));
    }

    [Theory]
    [InlineData("api-key", "sk-sim")]
    [InlineData("x-none", "")]
    public async Task Credential_ThatIsNoBearerToken_Is401(string header, string value)
    {
        using var bare = host.CreateClient(key: null);
        using var response = await bare.SendAsync(Url("threads"), "{}", (header, value));
        Assert.Equal(401, (int)response.StatusCode);
        Assert.Equal("""{"error":{"code":"401","message":"Unauthorized. Access token is missing, invalid, audience is incorrect (https://ai.azure.com), or have expired."}}""", await response.Content.ReadAsStringAsync(Soon));
        Assert.Equal(0, host.LiveThreads);
    }

    private static string? Value(JsonElement message) => message.GetProperty("content")[0].GetProperty("text").GetProperty("value").GetString();
}
