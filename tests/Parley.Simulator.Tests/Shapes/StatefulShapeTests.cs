using System.Text.Json;
using Parley.Simulator.Tests.Foundry;
using Parley.Simulator.Tests.OpenAI.Files;
using Parley.Testing;
using Parley.Testing.Schemas;
using Xunit.Abstractions;
using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Shapes;

/// <summary>Files, batches, conversations, and the threads that Foundry took over from OpenAI, against OpenAI's own schemas.</summary>
public sealed class StatefulShapeTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly Lazy<OpenApiSchemas?> OpenAI = new(() => SharedFiles.Find("specs/openai.openapi.yaml") is { } file ? OpenApiSchemas.Load(file) : null);

    // What Foundry's threads have and OpenAI's have not, or only sometimes: a search by Bing, citations of pages, quotes (azure.ai.agents.persistent).
    private static readonly string[] Foundrys = ["url_citation", "bing_grounding", "quote", ".tool_resources", ".annotations[", ".tool_calls["];

    // Members that real answers send as null where the schema knows no null: a list that is empty, a file that does not expire, a batch on its way.
    private static readonly string[] ReallyNull =
    [
        ".first_id", ".last_id", ".expires_at", ".status_details", ".errors", ".output_file_id", ".error_file_id", "_at", ".metadata",
    ];

    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions(), Soon);
        client = host.CreateClient();
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task FilesAndBatches_FitTheSchema()
    {
        var file = (await client.UploadAsync("""{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","messages":[{"role":"user","content":"x"}]}}""")).Json;
        Fits("OpenAIFile", file);
        Fits("ListFilesResponse", (await client.ReadAsync("/v1/files")).Json);
        var batch = (await client.PostAsync("/v1/batches", $$"""{"input_file_id":"{{file.GetProperty("id").GetString()}}","endpoint":"/v1/chat/completions","completion_window":"24h","metadata":{"a":"b"} }""")).Json;
        for (var i = 0; i < 3; i++)
        {
            Fits("Batch", batch);
            batch = (await client.ReadAsync($"/v1/batches/{batch.GetProperty("id").GetString()}")).Json;
        }
        Fits("ListBatchesResponse", (await client.ReadAsync("/v1/batches")).Json);
        Fits("DeleteFileResponse", (await client.RemoveAsync($"/v1/files/{file.GetProperty("id").GetString()}")).Json);
    }

    [Fact]
    public async Task Conversations_FitTheSchema()
    {
        const string Path = AgentClient.Project + "/openai/v1/conversations";
        var made = (await client.PostAsync(Path, """{"items":[{"type":"message","role":"user","content":"x"}]}""")).Json;
        Fits("ConversationResource", made);
        Fits("ConversationItemList", (await client.ReadAsync($"{Path}/{made.GetProperty("id").GetString()}/items")).Json);
        Fits("DeletedConversationResource", (await client.RemoveAsync($"{Path}/{made.GetProperty("id").GetString()}")).Json);
    }

    [Theory]
    [InlineData("asst_1")]
    [InlineData("asst_bing")]
    [InlineData("asst_sim-fault-failed")]
    [InlineData("asst_sim-fault-incomplete")]
    [InlineData("asst_sim-fault-requires-action")]
    [InlineData("asst_sim-fault-cancelled")]
    public async Task ThreadsAndRuns_FitTheSchema(string agent)
    {
        var thread = await client.ThreadAsync("hello");
        Fits("ThreadObject", (await client.GetAgentAsync($"threads/{thread}")).Json);
        var run = await client.RunAsync(thread, agent);
        for (var i = 0; i < 3; i++)
        {
            Fits("RunObject", (await client.GetAgentAsync($"threads/{thread}/runs/{run}")).Json);
            Fits("ListRunStepsResponse", (await client.GetAgentAsync($"threads/{thread}/runs/{run}/steps")).Json);
        }
        Fits("ListMessagesResponse", (await client.GetAgentAsync($"threads/{thread}/messages")).Json);
        Fits("DeleteThreadResponse", (await client.DeleteAgentAsync($"threads/{thread}")).Json);
    }

    [Theory]
    [InlineData("asst_1")]
    [InlineData("asst_bing")]
    [InlineData("asst_sim-fault-failed")]
    [InlineData("asst_sim-fault-incomplete")]
    [InlineData("asst_sim-fault-expired")]
    public async Task EventsOfARun_FitTheSchema(string agent)
    {
        var thread = await client.ThreadAsync("hello");
        var blocks = (await client.PostAgentAsync($"threads/{thread}/runs", $$"""{"assistant_id":"{{agent}}","stream":true}""")).Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        foreach (var block in blocks[..^1])
        {
            var data = Parse(block.Split('\n')[1][6..]);
            Fits(data.GetProperty("object").GetString() switch
            {
                "thread.run" => "RunObject",
                "thread.run.step" => "RunStepObject",
                "thread.run.step.delta" => "RunStepDeltaObject",
                "thread.message" => "MessageObject",
                "thread.message.delta" => "MessageDeltaObject",
                var other => throw new InvalidOperationException($"'{other}' is no object of a run's stream."),
            }, data);
        }
    }

    private void Fits(string name, JsonElement value)
    {
        if (OpenAI.Value is not { } schemas)
        {
            output.WriteLine($"Not seen: 1 specification is missing, so nothing was checked against {name}.");
            return;
        }
        var problems = schemas.Check(name, value)
            .Where(problem => !Foundrys.Any(known => problem.Path.Contains(known, StringComparison.Ordinal)))
            .Where(problem => !problem.Message.StartsWith("is Null", StringComparison.Ordinal) || !ReallyNull.Any(known => problem.Path.EndsWith(known, StringComparison.Ordinal)))
            .ToList();
        Assert.True(problems.Count == 0, $"{name}: {string.Join("; ", problems.Take(8))}\n{value.GetRawText()}");
    }
}
