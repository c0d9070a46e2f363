using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>The steps of a run as its status shows them: the search of a grounded answer, then the message.</summary>
internal static class RunSteps
{
    /// <summary>Oldest first.</summary>
    public static IEnumerable<(string Id, JsonObject Step)> Of(AgentRun run)
    {
        if (run.Status == "queued")
            yield break;
        var wrote = run.Status is "completed" or "incomplete";
        var status = wrote ? "completed" : run.Ended ? run.Status : "in_progress";
        if (run.Answer.Grounded)
            yield return (run.ToolStepId, Search(run, status));
        if (wrote)
            yield return (run.StepId, Message(run, "completed"));
    }

    public static JsonObject Search(AgentRun run, string status) =>
        Step(run, run.ToolStepId, "tool_calls", status, new JsonObject { ["type"] = "tool_calls", ["tool_calls"] = new JsonArray(Call(run, null, request: true, response: true)) });

    public static JsonObject Message(AgentRun run, string status) => Step(run, run.StepId, "message_creation", status, new JsonObject
    {
        ["type"] = "message_creation",
        ["message_creation"] = new JsonObject { ["message_id"] = run.MessageId },
    });

    /// <summary>The search in pieces: what was asked, then what came of it, each in an event of its own.</summary>
    public static IEnumerable<JsonObject> SearchDeltas(AgentRun run)
    {
        foreach (var request in (bool[])[true, false])
        {
            yield return new JsonObject
            {
                ["id"] = run.ToolStepId,
                ["object"] = "thread.run.step.delta",
                ["delta"] = new JsonObject
                {
                    ["step_details"] = new JsonObject { ["type"] = "tool_calls", ["tool_calls"] = new JsonArray(Call(run, 0, request, !request)) },
                },
            };
        }
    }

    private static JsonObject Call(AgentRun run, int? index, bool request, bool response)
    {
        var call = new JsonObject();
        if (index is not null)
            call["index"] = index;
        call["id"] = run.ToolCallId;
        call["type"] = "bing_grounding";
        var search = new JsonObject();
        if (request)
            search["requesturl"] = run.Answer.RequestUrl;
        if (response)
            search["response_metadata"] = "{'market': 'en-US', 'num_docs_retrieved': 5, 'num_docs_actually_used': 2}";
        call["bing_grounding"] = search;
        return call;
    }

    private static JsonObject Step(AgentRun run, string id, string type, string status, JsonObject details) => new()
    {
        ["id"] = id,
        ["object"] = "thread.run.step",
        ["created_at"] = run.Created,
        ["run_id"] = run.Id,
        ["assistant_id"] = run.AssistantId,
        ["thread_id"] = run.ThreadId,
        ["type"] = type,
        ["status"] = status,
        ["cancelled_at"] = status == "cancelled" ? run.Created : null,
        ["completed_at"] = status == "completed" ? run.Created : null,
        ["expired_at"] = status == "expired" ? run.Created : null,
        ["failed_at"] = status == "failed" ? run.Created : null,
        ["last_error"] = status == "failed" ? run.LastError() : null,
        ["step_details"] = details,
        ["usage"] = status == "completed" ? run.Usage() : null,
        ["metadata"] = new JsonObject(),
    };
}
