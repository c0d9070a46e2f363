using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>POST …/conversations, GET and DELETE …/conversations/{id}, GET …/conversations/{id}/items.</summary>
internal static class ConversationsOperation
{
    // The vendor's: more have to be added later.
    private const int MostItems = 20;

    public static SimulatedReply Create(SimulatedCall call, SimulatorState state)
    {
        if (Check(call.Body) is { } refusal)
            return refusal.ToReply(call);
        var id = state.NewId("conv_", 48);
        var conversation = state.Conversations.Add(id, new Conversation(id, call.Created, call.Body.FindNode("metadata") ?? new JsonObject()));
        conversation.Add(ConversationItems.Read(state, call.Body.Find("items")));
        return SimulatedReply.Json(conversation.Write());
    }

    public static SimulatedReply Retrieve(SimulatedCall call, SimulatorState state) =>
        state.Conversations.Find(call.PathName) is { } conversation ? SimulatedReply.Json(conversation.Write()) : NotFound(call.PathName!).ToReply(call);

    public static SimulatedReply Delete(SimulatedCall call, SimulatorState state) => !state.Conversations.Remove(call.PathName!)
        ? NotFound(call.PathName!).ToReply(call)
        : SimulatedReply.Json(new JsonObject { ["id"] = call.PathName, ["object"] = "conversation.deleted", ["deleted"] = true });

    public static SimulatedReply ListItems(SimulatedCall call, SimulatorState state) => state.Conversations.Find(call.PathName) is { } conversation
        ? ListPage.Reply(call, conversation.Items, item => (string)item["id"]!, item => item.DeepClone())
        : NotFound(call.PathName!).ToReply(call);

    public static Refusal NotFound(string id) => id.StartsWith("conv_", StringComparison.Ordinal)
        ? new Refusal(404, $"Conversation with id '{id}' not found.")
        : new Refusal(400, $"Invalid conversation id '{id}', Malformed identifier.", Code: "invalid_parameters");

    private static Refusal? Check(JsonElement body)
    {
        if (CommonRules.Types(body, ("items", "an array of objects"), ("metadata", "an object")) is { } wrong)
            return wrong;
        if (body.FindArray("items").Count() > MostItems)
        {
            return new Refusal(400, $"Invalid 'items': array too long. Expected an array with maximum length {MostItems}, but got an array with length "
                + $"{body.FindArray("items").Count()} instead.", Param: "items", Code: "array_above_max_length");
        }
        return body.Find("items") is { } items ? ResponsesRules.Items(items, "items") : null;
    }
}
