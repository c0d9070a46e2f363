using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>A thread of a classic agent. Its own lock guards it: requests to one thread may come at the same time.</summary>
internal sealed class AgentThread(string id, long created, JsonNode metadata)
{
    // Far less than the vendor keeps (100,000 messages); enough for a test, and bounded.
    private const int Most = 256;

    private readonly List<ThreadMessage> messages = [];
    private readonly List<AgentRun> runs = [];

    public Lock Gate { get; } = new();

    public string Id => id;

    public IReadOnlyList<ThreadMessage> Messages => messages;

    /// <summary>The agent of the newest run; null before there is one.</summary>
    public string? LastAgent
    {
        get
        {
            lock (Gate)
                return runs.LastOrDefault()?.AssistantId;
        }
    }

    /// <summary>The run that is not at its end; a thread has one at most.</summary>
    public AgentRun? Active => runs.LastOrDefault() is { Ended: false } run ? run : null;

    public AgentRun? Run(string? runId) => runs.Find(run => run.Id == runId);

    public void Add(ThreadMessage message)
    {
        if (messages.Count == Most)
            messages.RemoveAt(0);
        messages.Add(message);
    }

    public void Add(AgentRun run)
    {
        if (runs.Count == Most)
            runs.RemoveAt(0);
        runs.Add(run);
    }

    public JsonObject Write() => new()
    {
        ["id"] = id,
        ["object"] = "thread",
        ["created_at"] = created,
        ["metadata"] = metadata.DeepClone(),
        ["tool_resources"] = new JsonObject(),
    };
}
