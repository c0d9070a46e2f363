using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>Classic agents' threads and their messages; and the agents themselves, of which every <c>asst_…</c> exists that is not <c>asst_missing…</c>.</summary>
internal static class ThreadsOperation
{
    public static SimulatedReply RetrieveAssistant(SimulatedCall call)
    {
        var id = call.PathName!;
        if (ThreadRules.Assistant(id) is { } refusal)
            return refusal.ToReply(call);
        return SimulatedReply.Json(new JsonObject
        {
            ["id"] = id,
            ["object"] = "assistant",
            ["created_at"] = call.Created,
            ["name"] = id[5..],
            ["description"] = null,
            ["model"] = "gpt-4o",
            ["instructions"] = "Answer.",
            ["tools"] = id.StartsWith("asst_bing", StringComparison.Ordinal) ? new JsonArray(new JsonObject { ["type"] = "bing_grounding" }) : new JsonArray(),
            ["top_p"] = 1.0,
            ["temperature"] = 1.0,
            ["tool_resources"] = new JsonObject(),
            ["metadata"] = new JsonObject(),
            ["response_format"] = "auto",
        });
    }

    public static SimulatedReply Create(SimulatedCall call, SimulatorState state) =>
        ThreadRules.Thread(call.Body) is { } refusal ? refusal.ToReply(call) : SimulatedReply.Json(Create(call, state, call.Body).Write());

    /// <summary>Makes a thread of a body that <see cref="ThreadRules.Thread"/> let pass.</summary>
    public static AgentThread Create(SimulatedCall call, SimulatorState state, JsonElement body)
    {
        var id = state.NewId("thread_", 24);
        var thread = new AgentThread(id, call.Created, body.FindNode("metadata") ?? new JsonObject());
        foreach (var message in body.FindArray("messages"))
            thread.Add(Message(call, state, id, message));
        return state.Threads.Add(id, thread);
    }

    public static SimulatedReply Retrieve(SimulatedCall call, SimulatorState state) =>
        state.Threads.Find(call.PathName) is { } thread ? SimulatedReply.Json(thread.Write()) : NotFound(call);

    public static SimulatedReply Delete(SimulatedCall call, SimulatorState state) => !state.Threads.Remove(call.PathName!) ? NotFound(call)
        : SimulatedReply.Json(new JsonObject { ["id"] = call.PathName, ["object"] = "thread.deleted", ["deleted"] = true });

    public static SimulatedReply CreateMessage(SimulatedCall call, SimulatorState state)
    {
        if (state.Threads.Find(call.PathName) is not { } thread)
            return NotFound(call);
        if (ThreadRules.Message(call.Body) is { } refusal)
            return refusal.ToReply(call);
        lock (thread.Gate)
        {
            if (thread.Active is { } run)
                return new Refusal(400, $"Can't add messages to {thread.Id} while a run {run.Id} is active.").ToReply(call);
            var message = Message(call, state, thread.Id, call.Body);
            thread.Add(message);
            return SimulatedReply.Json(message.Write());
        }
    }

    public static SimulatedReply ListMessages(SimulatedCall call, SimulatorState state)
    {
        if (state.Threads.Find(call.PathName) is not { } thread)
            return NotFound(call);
        lock (thread.Gate)
        {
            var ofRun = call.Query("run_id");
            return ListPage.Reply(call, thread.Messages.Where(message => ofRun is null || message.Run?.Id == ofRun), message => message.Id, message => message.Write());
        }
    }

    public static SimulatedReply NotFound(SimulatedCall call) => FoundryRefusal.Unknown("thread", call.PathName).ToReply(call);

    private static ThreadMessage Message(SimulatedCall call, SimulatorState state, string thread, JsonElement body) =>
        new(state.NewId("msg_", 24), thread, call.Created, body.FindString("role")!, Texts(body.Find("content")!.Value)) { Metadata = body.FindNode("metadata") };

    // The text of a part is a string in a request and an object with a value in an answer; both are taken, as by the vendor.
    private static string[] Texts(JsonElement content) => content.ValueKind == JsonValueKind.String
        ? [content.GetString()!]
        : [.. content.EnumerateArray().Select(part => part.FindString("text") ?? part.Find("text")?.FindString("value")).OfType<string>()];
}
