using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What Responses refuses of a request to an agent.</summary>
internal static class AgentResponseRules
{
    public static Refusal? Check(SimulatedCall call, SimulatorState state)
    {
        var body = call.Body;
        if (CommonRules.Types(body, ("agent_reference", "an object"), ("stream", "a boolean"), ("store", "a boolean"), ("metadata", "an object"),
                ("previous_response_id", "a string")) is { } wrong)
        {
            return wrong;
        }
        return Agent(body.Find("agent_reference")!.Value, state) ?? Settled(body) ?? Conversation(body, state) ?? Previous(body, state) ?? Input(body, state);
    }

    /// <summary>The conversation's id; it may be written as a string or as an object with an id.</summary>
    public static string? ConversationId(JsonElement body) => body.FindString("conversation") ?? body.Find("conversation")?.FindString("id");

    private static Refusal? Agent(JsonElement reference, SimulatorState state)
    {
        if (reference.FindString("type") is not { } type)
            return CommonRules.Missing("agent_reference.type");
        if (type != "agent_reference")
            return new Refusal(400, $"Invalid value: '{type}'. Value must be 'agent_reference'.", Param: "agent_reference.type", Code: "invalid_value");
        if (reference.FindString("name") is not { Length: > 0 } name)
            return CommonRules.Missing("agent_reference.name");
        if (reference.Find("version") is { ValueKind: not JsonValueKind.String } version)
            return CommonRules.WrongType("agent_reference.version", "a string", version);
        return AgentsOperation.Exists(name, state) ? null : AgentsOperation.NotFound(name);
    }

    // What the agent's definition settles, a request may not.
    private static Refusal? Settled(JsonElement body)
    {
        foreach (var name in (ReadOnlySpan<string>)["model", "instructions", "tools", "temperature", "top_p"])
        {
            if (body.Find(name) is not null)
                return new Refusal(400, "Not allowed when agent is specified.", Param: name, Code: "invalid_payload");
        }
        return body.Find("tool_choice") is { ValueKind: JsonValueKind.String } choice && choice.GetString() is not ("none" or "auto" or "required")
            ? new Refusal(400, $"Invalid value: '{choice.GetString()}'. Supported values are: 'none', 'auto', and 'required'.", Param: "tool_choice", Code: "invalid_value")
            : null;
    }

    private static Refusal? Conversation(JsonElement body, SimulatorState state)
    {
        if (body.Find("conversation") is not { } conversation)
            return null;
        if (conversation.ValueKind is not (JsonValueKind.String or JsonValueKind.Object))
            return CommonRules.WrongType("conversation", "one of a string or an object", conversation);
        if (ConversationId(body) is not { } id)
            return CommonRules.Missing("conversation.id");
        if (body.Find("previous_response_id") is not null)
        {
            return new Refusal(400, "Mutually exclusive parameters: 'previous_response_id' and 'conversation'. Ensure you are only providing one of them.",
                Code: "mutually_exclusive_parameters");
        }
        return state.Conversations.Find(id) is null ? ConversationsOperation.NotFound(id) : null;
    }

    private static Refusal? Previous(JsonElement body, SimulatorState state) =>
        body.FindString("previous_response_id") is { } id && state.Responses.Find(id) is null
            ? new Refusal(400, $"Previous response with id '{id}' not found.", Param: "previous_response_id", Code: "previous_response_not_found")
            : null;

    // A conversation may hold the question already.
    private static Refusal? Input(JsonElement body, SimulatorState state) => body.Find("input") is { } input
        ? ResponsesRules.Input(input)
        : ConversationItems.LastUserText(state.Conversations.Find(ConversationId(body))?.Items ?? []) is null ? CommonRules.Missing("input") : null;
}
