using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>POST …/responses with an <c>agent_reference</c>: in a conversation, after another response, or on its own.</summary>
internal static class AgentResponsesOperation
{
    // How far a response gets that never ends: through its beginning into the text.
    private const string EventsBeforeStuck = "6";

    public static bool IsFor(SimulatedCall call) => call.Vendor == Vendor.Foundry && call.Body.Find("agent_reference") is not null;

    public static SimulatedReply Answer(SimulatedCall call, SimulatorState state)
    {
        if (AgentResponseRules.Check(call, state) is { } refusal)
            return refusal.ToReply(call);
        var body = call.Body;
        var conversation = state.Conversations.Find(AgentResponseRules.ConversationId(body));
        var previous = body.FindString("previous_response_id") is { } id ? state.Responses.Find(id) : null;
        var asked = ConversationItems.Read(state, body.Find("input"));
        var before = conversation?.Items ?? [];
        var question = ConversationItems.LastUserText(asked) ?? ConversationItems.LastUserText(before) ?? previous?.LastUserText ?? "";
        var agent = body.Find("agent_reference")!.Value.FindString("name")!;
        var response = new AgentResponse(call, state, agent, AgentAnswer.Compose(call.Options, agent, question, ToolChoice(body)),
            ConversationItems.Tokens(before) + ConversationItems.Tokens(asked) + (previous?.Tokens ?? 0));
        conversation?.Add(asked);
        if (conversation is not null)
            conversation.LastAgent = agent;
        var stream = body.FindBool("stream") is true;
        // A response that never ends: no answer at all, or a stream that stops in the middle.
        if (response.Fate.Ending == "stuck" && call.Fault.Name == "none")
            call.Fault = stream ? new FaultChoice(SimulatorFault.Get("stall"), EventsBeforeStuck) : new FaultChoice(SimulatorFault.Get("stall-headers"), null);
        if (stream)
            return SimulatedReply.Stream(new AgentResponseStream(response, Finish).Events());
        Finish();
        return SimulatedReply.Json(response.Write(finished: true));

        void Finish()
        {
            var document = response.Write(finished: true);
            if (response.Status is "completed" or "incomplete")
                conversation?.Add(response.Items(finished: true));
            if (body.FindBool("store") is not false)
            {
                state.Responses.Add(response.Id, new StoredResponse(Json.Write((JsonNode)document, static (writer, node) => node.WriteTo(writer)), question,
                    (int?)document["usage"]?["total_tokens"] ?? 0));
            }
        }
    }

    private static string? ToolChoice(JsonElement body) => body.FindString("tool_choice") ?? body.Find("tool_choice")?.FindString("type");
}
