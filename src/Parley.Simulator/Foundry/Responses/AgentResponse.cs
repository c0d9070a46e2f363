using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>
/// An agent's response as a whole: the call of the search and its output where the answer is grounded, then the message with flat citations.
/// How it ends, <see cref="AgentFate"/> says: <c>failed</c> and <c>expired</c> are failed here, <c>requires-action</c> is a function call
/// in place of the message.
/// </summary>
internal sealed class AgentResponse(SimulatedCall call, SimulatorState state, string agent, AgentAnswer answer, int inputTokens)
{
    private readonly string callId = state.NewId("call_", 24);
    private readonly string searchId = state.NewId("bg_", 50);
    private readonly string outputId = state.NewId("bgo_", 50);

    public string Id { get; } = state.NewId("resp_", 50);

    public string MessageId { get; } = state.NewId("msg_", 50);

    public AgentFate Fate { get; } = AgentFate.Of(agent);

    public string Status => Fate.Ending switch
    {
        null or "requires-action" => "completed",
        "incomplete" => "incomplete",
        "cancelled" => "cancelled",
        "stuck" => "in_progress",
        _ => "failed",
    };

    /// <summary>What is said of the answer: half of it, when the response ends badly.</summary>
    public AgentAnswer Said { get; } = AgentFate.Of(agent).Ending is null ? answer : answer.Half();

    public string MessageStatus => Status == "completed" ? "completed" : "incomplete";

    /// <summary>The items in their order; <paramref name="finished"/>: as they are at the end, else as they are announced.</summary>
    public IEnumerable<JsonObject> Items(bool finished)
    {
        var status = finished ? "completed" : "in_progress";
        if (answer.Grounded)
        {
            yield return new JsonObject
            {
                ["id"] = searchId,
                ["type"] = "bing_grounding_call",
                ["status"] = status,
                ["call_id"] = callId,
                ["arguments"] = finished ? new JsonObject { ["query"] = answer.Question }.ToJsonString() : "",
            };
            // The output is announced without what was found: raw results are never returned.
            yield return new JsonObject { ["id"] = outputId, ["type"] = "bing_grounding_call_output", ["status"] = status, ["call_id"] = callId };
        }
        if (Fate.Ending == "requires-action")
        {
            yield return new JsonObject
            {
                ["id"] = MessageId.Replace("msg_", "fc_", StringComparison.Ordinal),
                ["type"] = "function_call",
                ["status"] = status,
                ["arguments"] = finished ? "{}" : "",
                ["call_id"] = callId,
                ["name"] = "simulated_function",
            };
            yield break;
        }
        yield return new JsonObject
        {
            ["id"] = MessageId,
            ["type"] = "message",
            ["status"] = finished ? MessageStatus : "in_progress",
            ["content"] = finished ? new JsonArray(Part(whole: true)) : new JsonArray(),
            ["role"] = "assistant",
        };
    }

    /// <summary>The message's only part; <paramref name="whole"/>: as it is at the end, else empty.</summary>
    public JsonObject Part(bool whole) => new()
    {
        ["type"] = "output_text",
        ["annotations"] = whole ? new JsonArray([.. Said.Citations.Select(Annotation)]) : new JsonArray(),
        ["logprobs"] = new JsonArray(),
        ["text"] = whole ? Said.Text : "",
    };

    public static JsonObject Annotation(Citation citation) => citation.Source.Url is { } url
        ? new JsonObject
        {
            ["type"] = "url_citation",
            ["end_index"] = citation.End,
            ["start_index"] = citation.Start,
            ["title"] = citation.Source.Title,
            ["url"] = url,
        }
        : new JsonObject { ["type"] = "file_citation", ["file_id"] = citation.Source.FileId, ["filename"] = citation.Source.Title, ["index"] = citation.End };

    public JsonObject Write(bool finished) => new()
    {
        ["id"] = Id,
        ["object"] = "response",
        ["created_at"] = call.Created,
        ["status"] = finished ? Status : "in_progress",
        ["background"] = false,
        ["completed_at"] = finished && Status == "completed" ? call.Created : null,
        ["error"] = finished && Status == "failed" ? Error() : null,
        ["incomplete_details"] = finished && Status == "incomplete" ? new JsonObject { ["reason"] = Fate.Argument ?? "max_output_tokens" } : null,
        ["instructions"] = null,
        ["max_output_tokens"] = null,
        ["model"] = "gpt-4o",
        ["output"] = finished && Status is "completed" or "incomplete" ? new JsonArray([.. Items(finished)]) : new JsonArray(),
        ["parallel_tool_calls"] = true,
        ["previous_response_id"] = call.Body.FindNode("previous_response_id"),
        ["conversation"] = AgentResponseRules.ConversationId(call.Body) is { } conversation ? new JsonObject { ["id"] = conversation } : null,
        ["agent_reference"] = new JsonObject
        {
            ["type"] = "agent_reference",
            ["name"] = agent,
            ["version"] = call.Body.Find("agent_reference")?.FindString("version") ?? "1",
        },
        ["store"] = true,
        ["temperature"] = 1,
        ["tool_choice"] = call.Body.FindNode("tool_choice") ?? "auto",
        ["tools"] = new JsonArray(),
        ["top_p"] = 1,
        ["truncation"] = "disabled",
        ["usage"] = finished && Status is "completed" or "incomplete" ? Usage() : null,
        ["user"] = null,
        ["metadata"] = call.Body.FindNode("metadata") ?? new JsonObject(),
    };

    private JsonObject Error()
    {
        var code = (Fate.Ending == "failed" ? Fate.Argument : null) ?? "server_error";
        return new JsonObject
        {
            ["code"] = code,
            ["message"] = code == "rate_limit_exceeded" ? "Rate limit is exceeded. Try again in 26 seconds." : "Sorry, something went wrong.",
        };
    }

    private JsonObject Usage()
    {
        var output = Tokens.Count(Said.Text);
        return new JsonObject
        {
            ["input_tokens"] = inputTokens,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
            ["output_tokens"] = output,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
            ["total_tokens"] = inputTokens + output,
        };
    }
}
