using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>A conversation of a new agent: its items, oldest first. Its own lock guards it.</summary>
internal sealed class Conversation(string id, long created, JsonNode metadata)
{
    private const int Most = 256;

    private readonly Lock gate = new();
    private readonly List<JsonObject> items = [];

    public string Id => id;

    /// <summary>The agent that answered last; null before one did.</summary>
    public string? LastAgent { get; set; }

    public IReadOnlyList<JsonObject> Items
    {
        get
        {
            lock (gate)
                return [.. items];
        }
    }

    public void Add(IEnumerable<JsonObject> more)
    {
        lock (gate)
        {
            items.AddRange(more);
            if (items.Count > Most)
                items.RemoveRange(0, items.Count - Most);
        }
    }

    public JsonObject Write() => new() { ["id"] = id, ["object"] = "conversation", ["created_at"] = created, ["metadata"] = metadata.DeepClone() };
}
