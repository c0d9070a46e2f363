using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>
/// A run of a classic agent. It is <c>queued</c> when it is made and goes on as it is asked for: <c>in_progress</c>, then its end, which
/// <see cref="AgentFate"/> may have settled. Callers hold the thread's lock.
/// </summary>
internal sealed class AgentRun(string id, string thread, string assistant, long created, AgentAnswer answer, int promptTokens)
{
    // The vendor gives a run ten minutes.
    private const int Lifetime = 600;

    private int polls;

    public string Id => id;

    public string ThreadId => thread;

    public string AssistantId => assistant;

    public long Created => created;

    public AgentAnswer Answer => answer;

    public AgentFate Fate { get; } = AgentFate.Of(assistant);

    public required string MessageId { get; init; }

    public required string StepId { get; init; }

    public required string ToolStepId { get; init; }

    public required string ToolCallId { get; init; }

    public string? Instructions { get; init; }

    public JsonNode? Metadata { get; init; }

    public JsonNode? ToolChoice { get; init; }

    public string Status { get; private set; } = "queued";

    public bool Ended => Status is "completed" or "failed" or "expired" or "incomplete" or "cancelled";

    /// <summary>Why it stopped before its end: the name's argument, or the usual one.</summary>
    public string IncompleteReason => Fate.Argument ?? "max_completion_tokens";

    /// <summary>What asking for it does: one step further.</summary>
    public void Poll(int pollsUntilDone)
    {
        if (Status == "cancelling")
            Status = "cancelled";
        else if (!Ended && Status != "requires_action" && ++polls >= pollsUntilDone && Fate.Ending != "stuck")
            End();
        else if (Status == "queued")
            Begin();
    }

    public void Begin() => Status = "in_progress";

    public void End() => Status = Fate.Ending switch
    {
        null => "completed",
        "requires-action" => "requires_action",
        var ending => ending,
    };

    public void Cancel() => Status = "cancelling";

    public JsonObject Write() => new()
    {
        ["id"] = id,
        ["object"] = "thread.run",
        ["created_at"] = created,
        ["assistant_id"] = assistant,
        ["thread_id"] = thread,
        ["status"] = Status,
        ["started_at"] = Status == "queued" ? null : created,
        ["expires_at"] = Ended ? null : created + Lifetime,
        ["cancelled_at"] = Status == "cancelled" ? created : null,
        ["failed_at"] = Status == "failed" ? created : null,
        ["completed_at"] = Status == "completed" ? created : null,
        ["required_action"] = Status == "requires_action" ? RequiredAction() : null,
        ["last_error"] = LastError(),
        ["model"] = "gpt-4o",
        ["instructions"] = Instructions ?? "",
        ["tools"] = new JsonArray(),
        ["tool_resources"] = new JsonObject(),
        ["metadata"] = Metadata?.DeepClone() ?? new JsonObject(),
        ["temperature"] = 1.0,
        ["top_p"] = 1.0,
        ["max_completion_tokens"] = null,
        ["max_prompt_tokens"] = null,
        ["truncation_strategy"] = new JsonObject { ["type"] = "auto", ["last_messages"] = null },
        ["incomplete_details"] = Status == "incomplete" ? new JsonObject { ["reason"] = IncompleteReason } : null,
        ["usage"] = Ended ? Usage() : null,
        ["response_format"] = "auto",
        ["tool_choice"] = ToolChoice?.DeepClone() ?? "auto",
        ["parallel_tool_calls"] = true,
    };

    public JsonObject Usage()
    {
        var completion = Tokens.Count(answer.Text);
        return new JsonObject { ["prompt_tokens"] = promptTokens, ["completion_tokens"] = completion, ["total_tokens"] = promptTokens + completion };
    }

    public JsonObject? LastError()
    {
        if (Status != "failed")
            return null;
        var code = Fate.Argument ?? "server_error";
        return new JsonObject
        {
            ["code"] = code,
            ["message"] = code == "rate_limit_exceeded"
                ? "Rate limit is exceeded. Try again in 26 seconds."
                : "Sorry, something went wrong.",
        };
    }

    private JsonObject RequiredAction() => new()
    {
        ["type"] = "submit_tool_outputs",
        ["submit_tool_outputs"] = new JsonObject
        {
            ["tool_calls"] = new JsonArray(new JsonObject
            {
                ["id"] = ToolCallId,
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = "simulated_function", ["arguments"] = "{}" },
            }),
        },
    };
}
