using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>POST …/agents and GET …/agents/{name}: every agent exists that is not <c>missing…</c>, those that were made with their definition.</summary>
internal static class AgentsOperation
{
    public static SimulatedReply Create(SimulatedCall call, SimulatorState state)
    {
        var body = call.Body;
        if (body.FindString("name") is not { Length: > 0 } name)
            return CommonRules.Missing("name").ToReply(call);
        if (body.Find("definition")?.FindString("kind") is not { } kind)
            return CommonRules.Missing("definition.kind").ToReply(call);
        if (kind is not ("prompt" or "workflow" or "hosted"))
        {
            return new Refusal(400, $"Invalid value: '{kind}'. Supported values are: 'prompt', 'workflow', and 'hosted'.",
                Param: "definition.kind", Code: "invalid_value").ToReply(call);
        }
        if (state.Agents.Find(name) is not null)
            return new Refusal(409, $"Agent with name '{name}' already exists.", Code: "conflict").ToReply(call);
        return SimulatedReply.Json(state.Agents.Add(name, Write(call, name, body.FindNode("definition")!)).DeepClone());
    }

    public static SimulatedReply Retrieve(SimulatedCall call, SimulatorState state)
    {
        var name = call.PathName!;
        if (state.Agents.Find(name) is { } made)
            return SimulatedReply.Json(made.DeepClone());
        return Exists(name, state)
            ? SimulatedReply.Json(Write(call, name, new JsonObject { ["kind"] = "prompt", ["model"] = "gpt-4o", ["instructions"] = "Answer." }))
            : NotFound(name).ToReply(call);
    }

    public static bool Exists(string name, SimulatorState state) => !name.StartsWith("missing", StringComparison.Ordinal) || state.Agents.Find(name) is not null;

    public static Refusal NotFound(string name) => new(404, $"Agent '{name}' doesn't exist.", Code: "not_found");

    private static JsonObject Write(SimulatedCall call, string name, JsonNode definition) => new()
    {
        ["object"] = "agent",
        ["id"] = name,
        ["name"] = name,
        ["versions"] = new JsonObject
        {
            ["latest"] = new JsonObject
            {
                ["object"] = "agent.version",
                ["id"] = $"{name}:1",
                ["name"] = name,
                ["version"] = "1",
                ["description"] = "",
                ["created_at"] = call.Created,
                ["metadata"] = new JsonObject(),
                ["definition"] = definition,
            },
        },
    };
}
