using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Agents;

/// <summary>Both generations of Foundry's agents, in front of the simulator: what a question gives, and what it leaves behind.</summary>
[Trait("Contract", "4.agents")]
public sealed class FoundryAgentTests
{
    private const string Text = "[simulated] what is new? More of it, as the first says, and a file. Nobody cites this.";

    private const string First = """{"id":1,"type":"url","url":"https://example.com/one","title":"Example One"}""";
    private const string Second = """{"id":2,"type":"url","url":"https://example.com/two?a=1&b=%202","title":"Example \"Two\""}""";
    private const string Search = """{"query":"what is new?","url":"https://www.bing.com/search?q=what%20is%20new%3F"}""";

    public static TheoryData<string, string, string> Kinds => new()
    {
        { "foundry-classic", "asst_bing", """{"id":3,"type":"file","quote":"What the notes say."}""" },
        { "foundry", "bing", """{"id":3,"type":"file","quote":"notes.txt"}""" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Contract", "4.bing-grounding")]
    public async Task Ask_GroundedAnswer_HasNoMarkersAndNumberedSources(string kind, string id, string file)
    {
        await using var gateway = await AgentGateway.StartAsync(("bing-grounding", kind, id));
        var (status, body) = await gateway.AskAsync("bing-grounding");
        Assert.Equal((200, $$"""{"content":"{{Text}}","citations":[{{First}},{{Second}},{{file}}],"searches":[{{Search}}]}"""), (status, body));
        gateway.AssertNothingLeftAtFoundry();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Contract", "4.bing-grounding")]
    public async Task Stream_GroundedAnswer_SaysTheSame(string kind, string id, string file)
    {
        await using var gateway = await AgentGateway.StartAsync(("bing-grounding", kind, id));
        var (status, events) = await gateway.StreamAsync("bing-grounding");
        Assert.Equal((200, Text), (status, events.Text()));
        Assert.Equal([First, Second, file], events.Where(static e => e.Name == "citation").Select(static e => e.Data));
        Assert.Equal([Search], events.Where(static e => e.Name == "search").Select(static e => e.Data));
        Assert.Equal(("done", $$"""{"content":"{{Text}}","citations":[{{First}},{{Second}},{{file}}],"searches":[{{Search}}]}"""), events[^1]);
        gateway.AssertNothingLeftAtFoundry();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Ask_LongMarkers_AreTakenOutToo(string kind, string id, string file)
    {
        await using var gateway = await AgentGateway.StartAsync(("bing-grounding", kind, id));
        var (_, body) = await gateway.AskAsync("bing-grounding", "simulate:long-markers");
        Assert.Contains("\"content\":\"[simulated] simulate:long-markers More of it, as the first says, and a file. Nobody cites this.\"", body, StringComparison.Ordinal);
        Assert.Contains(file, body, StringComparison.Ordinal);
        var (_, events) = await gateway.StreamAsync("bing-grounding", "simulate:long-markers");
        Assert.Equal("[simulated] simulate:long-markers More of it, as the first says, and a file. Nobody cites this.", events.Text());
    }

    [Theory]
    [InlineData("foundry-classic", "asst_plain", false)]
    [InlineData("foundry-classic", "asst_plain", true)]
    [InlineData("foundry", "plain", false)]
    [InlineData("foundry", "plain", true)]
    public async Task Ask_Answered_IsRecordedOnceWithItsUsage(string kind, string id, bool isStream)
    {
        await using var gateway = await AgentGateway.StartAsync(("helper", kind, id));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/agents/helper?stream=" + isStream) { Content = GatewayCalls.Json("""{"query":"what is new?"}""") };
        using var answer = await gateway.Client.SendAsync(request, GatewayCalls.Limit());
        Assert.Contains("[simulated] what is new?", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(("foundry", id), (answer.Headers.GetValues("x-parley-provider").Single(), answer.Headers.GetValues("x-parley-model").Single()));
        var record = Assert.Single(await gateway.RecordsAsync());
        Assert.Equal(answer.Headers.GetValues("x-request-id").Single(), record.GetProperty("requestId").GetString());
        Assert.Equal(("helper", "foundry", 200, ""), (record.GetProperty("model").GetString(), record.GetProperty("provider").GetString(), record.GetProperty("status").GetInt32(), record.Flags()));
        var (input, _, output, _) = record.Tokens();
        Assert.True(input > 0 && output > 0, $"{input} and {output} tokens");
        gateway.AssertNothingLeftAtFoundry();
        await gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("foundry-classic", "asst_")]
    [InlineData("foundry", "")]
    [Trait("Contract", "4.errors")]
    public async Task Ask_RunThatEndsBadly_IsAnErrorWithTheReasonPlainAndStreamed(string kind, string prefix)
    {
        (string Fate, int Status, string Code, string Reason)[] cases =
        [
            ("failed", 502, "server_error", "Sorry, something went wrong."),
            ("failed-rate_limit_exceeded", 429, "rate_limit_exceeded", "Rate limit is exceeded"),
            ("failed-content_filter", 400, "content_filter", "Sorry, something went wrong."),
            ("incomplete", 502, "agent_incomplete", kind == "foundry" ? "max_output_tokens" : "max_completion_tokens"),
            ("expired", 502, kind == "foundry" ? "server_error" : "agent_expired", ""),
            ("cancelled", 502, "agent_cancelled", ""),
            ("requires-action", 502, "agent_requires_action", "waits for"),
        ];
        await using var gateway = await AgentGateway.StartAsync([.. cases.Select((one, i) => ($"a{i}", kind, $"{prefix}sim-fault-{one.Fate}"))]);
        for (var i = 0; i < cases.Length; i++)
        {
            var (_, expected, code, reason) = cases[i];
            var (status, body) = await gateway.AskAsync($"a{i}");
            Assert.True(status == expected && body.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal) && body.Contains(reason, StringComparison.Ordinal), $"{cases[i]}: {status} {body}");
            var (first, events) = await gateway.StreamAsync($"a{i}");
            Assert.DoesNotContain(events, static e => e.Name == "done");
            Assert.True(events[^1].Name == (first == 200 ? "error" : ""), $"{cases[i]}: {first} {events[^1]}");
            Assert.Contains($"\"code\":\"{code}\"", events[^1].Data, StringComparison.Ordinal);
            gateway.AssertNothingLeftAtFoundry();
        }

        var records = await gateway.RecordsAsync();
        Assert.Equal(cases.Length * 2, records.Count);
        Assert.DoesNotContain(records, static record => record.GetProperty("error").GetString() is null);
    }

    [Theory]
    [InlineData("foundry-classic", "asst_sim-fault-incomplete", false)]
    [InlineData("foundry-classic", "asst_sim-fault-incomplete", true)]
    [InlineData("foundry", "sim-fault-incomplete", false)]
    [InlineData("foundry", "sim-fault-incomplete", true)]
    public async Task Ask_RunThatEndsBadly_IsRecordedWithWhatItUsed(string kind, string id, bool isStream)
    {
        await using var gateway = await AgentGateway.StartAsync(("helper", kind, id));
        if (isStream) await gateway.StreamAsync("helper");
        else await gateway.AskAsync("helper");
        var record = Assert.Single(await gateway.RecordsAsync());
        Assert.True(record.Tokens().Input > 0, record.ToString());
    }

    [Theory]
    [InlineData("POST", "threads", "500", 502)]
    [InlineData("POST", "threads", "429", 429)]
    [InlineData("POST", "threads/*/messages", "500", 502)]
    [InlineData("POST", "threads/*/messages", "400-content-filter", 400)]
    [InlineData("POST", "threads/*/runs", "401", 502)]
    [InlineData("POST", "threads/*/runs", "429-bare", 429)]
    [InlineData("POST", "threads/*/runs", "reset-headers", 502)]
    [InlineData("POST", "threads/*/runs", "malformed-event", 502)]
    [InlineData("POST", "threads/*/runs", "error-body", 502)]
    [InlineData("POST", "threads/*/runs", "wrong-content-type", 200)]
    [InlineData("GET", "threads/*/runs/*", "503", 502)]
    [InlineData("GET", "threads/*/runs/*", "cut-body", 502)]
    [InlineData("GET", "threads/*/messages", "500", 502)]
    [InlineData("GET", "threads/*/messages", "empty", 502)]
    [InlineData("GET", "threads/*/runs/*/steps", "500", 200)]
    public async Task Ask_ClassicCallThatFails_IsAnHonestErrorAndLeavesNoThread(string method, string path, string fault, int expected)
    {
        await using var gateway = await AgentGateway.StartAsync(("helper", "foundry-classic", "asst_plain"));
        gateway.Upstream.Faults.At(method, path, fault);
        var (status, body) = await gateway.AskAsync("helper");
        Assert.True(status == expected, $"{status} {body}");
        gateway.AssertNothingLeftAtFoundry();
        Assert.Single(await gateway.RecordsAsync());
    }

    [Theory]
    [InlineData("foundry-classic", "asst_plain", "threads", "empty")]
    [InlineData("foundry-classic", "asst_plain", "threads", "error-body")]
    [InlineData("foundry", "plain", "openai/v1/conversations", "empty")]
    [InlineData("foundry", "plain", "openai/v1/conversations", "error-body")]
    public async Task Ask_CreationThatTellsNoId_IsAnError(string kind, string id, string path, string fault)
    {
        await using var gateway = await AgentGateway.StartAsync(("helper", kind, id));
        gateway.Upstream.Faults.At("POST", path, fault);
        Assert.Equal(502, (await gateway.AskAsync("helper")).Status);
        Assert.Single(await gateway.RecordsAsync());
    }

    [Theory]
    [InlineData("POST", "openai/v1/conversations", "500", 502)]
    [InlineData("POST", "openai/v1/responses", "400-content-filter", 400)]
    [InlineData("POST", "openai/v1/responses", "401", 502)]
    [InlineData("POST", "openai/v1/responses", "404", 502)]
    [InlineData("POST", "openai/v1/responses", "429-bare", 429)]
    [InlineData("POST", "openai/v1/responses", "500", 502)]
    [InlineData("POST", "openai/v1/responses", "504", 504)]
    [InlineData("POST", "openai/v1/responses", "reset-headers", 502)]
    [InlineData("POST", "openai/v1/responses", "cut-connection", 502)]
    [InlineData("POST", "openai/v1/responses", "malformed-event", 502)]
    [InlineData("POST", "openai/v1/responses", "error-body", 502)]
    [InlineData("POST", "openai/v1/responses", "empty", 502)]
    [InlineData("POST", "openai/v1/responses", "wrong-content-type", 200)]
    public async Task Ask_CallThatFails_IsAnHonestErrorAndLeavesNoConversation(string method, string path, string fault, int expected)
    {
        await using var gateway = await AgentGateway.StartAsync(("helper", "foundry", "plain"));
        gateway.Upstream.Faults.At(method, path, fault);
        var (status, body) = await gateway.AskAsync("helper");
        Assert.True(status == expected, $"{status} {body}");
        gateway.AssertNothingLeftAtFoundry();
        Assert.Single(await gateway.RecordsAsync());
    }

    [Theory]
    [InlineData("asst_sim-fault-cut-body-8", "foundry-classic")]
    [InlineData("asst_sim-fault-cut-connection-8", "foundry-classic")]
    [InlineData("asst_sim-fault-reset-9", "foundry-classic")]
    [InlineData("asst_sim-fault-error-event-8", "foundry-classic")]
    [InlineData("asst_sim-fault-malformed-event-8", "foundry-classic")]
    [InlineData("sim-fault-cut-body-6", "foundry")]
    [InlineData("sim-fault-cut-connection-6", "foundry")]
    [InlineData("sim-fault-reset-6", "foundry")]
    [InlineData("sim-fault-error-event-6", "foundry")]
    [InlineData("sim-fault-malformed-event-6", "foundry")]
    public async Task Stream_ThatBreaks_EndsWithAnErrorEventAndNothingIsLeft(string id, string kind)
    {
        await using var gateway = await AgentGateway.StartAsync(("helper", kind, id));
        var (status, events) = await gateway.StreamAsync("helper");
        Assert.Equal(200, status);
        Assert.Equal("error", events[^1].Name);
        Assert.DoesNotContain(events, static e => e.Name == "done");
        gateway.AssertNothingLeftAtFoundry();
        Assert.True(Assert.Single(await gateway.RecordsAsync()).GetProperty("truncated").GetBoolean());
        // Never run twice: nobody asked for that, and it costs.
        Assert.Single(gateway.Upstream.Log.Requests, static request => request.PathAndQuery.Contains("/runs?", StringComparison.Ordinal) || request.PathAndQuery.EndsWith("/responses", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("crlf")]
    [InlineData("heartbeats")]
    [InlineData("slow-drip-0ms")]
    [InlineData("no-final-newline")]
    public async Task Stream_OddButWhole_IsTheSameText(string fault)
    {
        await using var gateway = await AgentGateway.StartAsync(("old", "foundry-classic", "asst_sim-fault-" + fault), ("new", "foundry", "sim-fault-" + fault));
        foreach (var name in new[] { "old", "new" })
        {
            var (status, events) = await gateway.StreamAsync(name, "cite what is new?");
            Assert.True(status == 200 && events[^1].Name == "done", $"{status} {events[^1]}");
            Assert.Equal("[simulated] cite what is new? More of it, as the first says, and a file. Nobody cites this.", events.Text());
        }

        gateway.AssertNothingLeftAtFoundry();
    }

    [Theory]
    [InlineData("foundry-classic", "asst_sim-fault-stuck", false)]
    [InlineData("foundry-classic", "asst_sim-fault-stuck", true)]
    [InlineData("foundry", "sim-fault-stuck", false)]
    [InlineData("foundry", "sim-fault-stuck", true)]
    public async Task Ask_RunThatNeverEnds_TimesOutAndIsCleared(string kind, string id, bool isStream)
    {
        await using var gateway = await AgentGateway.StartAsync(1, null, ("helper", kind, id));
        var (status, data) = isStream ? await LastAsync() : await gateway.AskAsync("helper");
        Assert.Equal(isStream ? 200 : 504, status);
        Assert.Contains("\"code\":\"agent_timeout\"", data, StringComparison.Ordinal);
        gateway.AssertNothingLeftAtFoundry();
        if (kind == "foundry-classic") Assert.Contains(gateway.Upstream.Log.Requests, static request => request.PathAndQuery.Contains("/cancel?", StringComparison.Ordinal));
        Assert.Equal(504, Assert.Single(await gateway.RecordsAsync()).GetProperty("status").GetInt32());

        async Task<(int, string)> LastAsync()
        {
            var (code, events) = await gateway.StreamAsync("helper");
            return (code, events[^1].Data);
        }
    }

    [Theory]
    [InlineData("foundry-classic", "asst_sim-fault-stuck", false)]
    [InlineData("foundry-classic", "asst_sim-fault-stuck", true)]
    [InlineData("foundry", "sim-fault-stuck", false)]
    [InlineData("foundry", "sim-fault-stuck", true)]
    public async Task Ask_CallerLeaves_ClearsEverythingAndRecordsTheAbort(string kind, string id, bool isStream)
    {
        await using var gateway = await AgentGateway.StartAsync(("helper", kind, id));
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/agents/helper?stream=" + isStream) { Content = GatewayCalls.Json("""{"query":"x"}""") };
        var asked = gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
        await WaitAsync(() => gateway.Upstream.Log.Requests.Any(static entry => entry.PathAndQuery.Contains("/runs?", StringComparison.Ordinal) || entry.PathAndQuery.EndsWith("/responses", StringComparison.Ordinal)));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var answer = await asked;
            await answer.Content.ReadAsStringAsync(leaving.Token);
        });
        // Whether any text had come, whose tokens are then estimated, is chance.
        Assert.Equal("aborted client_aborted", (await gateway.RecordAsync()).Flags().Replace("estimated ", "", StringComparison.Ordinal));
        await WaitAsync(() => gateway.Upstream is { LiveThreads: 0, LiveConversations: 0 });
        await gateway.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData("foundry-classic", "asst_sim-fault-500@delete", "thread")]
    [InlineData("foundry", "sim-fault-500@delete", "conversation")]
    public async Task Ask_DeletingFails_AnswersAllTheSameAndSaysItOnce(string kind, string id, string what)
    {
        await using var gateway = await AgentGateway.StartAsync(("helper", kind, id));
        var (status, body) = await gateway.AskAsync("helper");
        Assert.True(status == 200, body);
        Assert.Single(gateway.Log.Lines, line => line.Contains($"Agent helper: the {what} ", StringComparison.Ordinal) && line.Contains("could not be deleted", StringComparison.Ordinal));
        Assert.InRange(gateway.Upstream.Log.Requests.Count(static request => request.Method == "DELETE"), 1, 3);
    }

    private static async Task WaitAsync(Func<bool> until)
    {
        var limit = GatewayCalls.Limit();
        while (!until()) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit);
    }
}
