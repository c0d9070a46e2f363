using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.OpenAIChat;
using Parley.Gateway.Agents.Citations;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Agents.Foundry;

/// <summary>Reads what a classic agent's API has: runs, their steps, messages.</summary>
internal static class ClassicRun
{
    internal static bool IsPending(JsonValue run) => StatusOf(run) is "queued" or "in_progress" or "cancelling";

    /// <summary>True when nothing runs any more: a run that waits for an action still does.</summary>
    internal static bool HasEnded(JsonValue run) => StatusOf(run) is "completed" or "failed" or "expired" or "incomplete" or "cancelled";

    /// <summary>Why a run that is not pending has no answer; null when it has one.</summary>
    internal static GatewayError? ErrorOf(string agent, JsonValue run)
    {
        var status = StatusOf(run);
        if (status == "completed") return null;
        if (status == "requires_action") return AgentFailure.NeedsAction(agent, "the result of a function");
        if (run.Member("last_error"u8) is { IsObject: true } last) return Failed(agent, last);
        if (status.Length > 0) return AgentFailure.Ended(agent, status, AgentText.Of(run.Member("incomplete_details"u8).Member("reason"u8)));
        return run.Member("error"u8) is { IsObject: true } error ? Failed(agent, error) : AgentFailure.Unreadable(agent);
    }

    internal static GatewayError Failed(string agent, JsonValue error) => AgentFailure.Of(agent, AgentText.Of(error.Member("code"u8)), AgentText.Of(error.Member("message"u8)));

    internal static TokenUsage? UsageOf(JsonValue run) => run.Member("usage"u8) is { IsObject: true } usage && OpenAIUsage.TryRead(usage.Span, out var read) ? read : null;

    internal static string? ModelOf(JsonValue run) => AgentText.Of(run.Member("model"u8)) is { Length: > 0 } model ? model : null;

    /// <summary>The searches of one step.</summary>
    internal static void ReadSearches(JsonValue step, List<AgentStep> steps)
    {
        foreach (var call in step.Member("step_details"u8).Member("tool_calls"u8).Items)
        {
            var details = call.Member("bing_grounding"u8) is { IsObject: true } bing ? bing : call.Member("bing_custom_search"u8);
            if (BingSearch.Read(details) is { } search) steps.Add(new AgentStep.Searched(search));
        }
    }

    /// <summary>One message; several are several paragraphs. True when it has text.</summary>
    internal static bool ReadMessage(JsonValue message, bool isFurther, List<AgentStep> steps)
    {
        var hasText = false;
        foreach (var part in message.Member("content"u8).Items)
        {
            var value = AgentText.Of(part.Member("text"u8).Member("value"u8));
            steps.AddRange(Annotations.InOrder(part.Member("text"u8).Member("annotations"u8), value));
            if (value.Length == 0) continue;
            if (isFurther && !hasText) steps.Add(new AgentStep.Text("\n\n"));
            steps.Add(new AgentStep.Text(value));
            hasText = true;
        }

        return hasText;
    }

    private static string StatusOf(JsonValue run) => AgentText.Of(run.Member("status"u8));
}
