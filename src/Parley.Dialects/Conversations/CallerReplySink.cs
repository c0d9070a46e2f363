using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>
/// The last step of an answer before it is written for the caller: tools get back the names that the caller gave them, and a field
/// that only the provider's dialect has is reported. A vendor's remarks about its own work (latencies, fingerprints,
/// what was asked) are no loss.
/// </summary>
/// <param name="request">The request that is answered.</param>
/// <param name="losses">Where to report.</param>
/// <param name="next">Who writes.</param>
public sealed class CallerReplySink(Conversation request, LossReport losses, IReplySink next) : IReplySink
{
    private static readonly HashSet<string> Remarks = new(StringComparer.Ordinal)
    {
        "metrics", "trace", "system_fingerprint", "service_tier", "usage", "prompt_filter_results", "content_filter_results", "content_filter_offsets", "obfuscation",
        "modelVersion", "responseId", "avgLogprobs", "index", "object", "type", "performanceConfig", "serviceTier", "container", "context_management", "provider", "native_finish_reason",
        "usageMetadata", "safetyRatings", "stop_details", "x_groq", "timings", "message.annotations", "additionalModelResponseFields",
        // The stop sequence that was met, as vLLM and SGLang tell it: told again where the caller's dialect tells it.
        "stop_reason", "matched_stop",
        // Responses repeat the whole request.
        "background", "conversation", "created_at", "completed_at", "error", "frequency_penalty", "incomplete_details", "instructions",
        "max_output_tokens", "max_tool_calls", "metadata", "parallel_tool_calls", "presence_penalty", "previous_response_id", "prompt",
        "prompt_cache_key", "prompt_cache_retention", "reasoning", "safety_identifier", "store", "temperature", "text", "tool_choice",
        "tools", "top_logprobs", "top_p", "truncation", "user",
    };

    private readonly Dictionary<string, JsonString>? _renamed = RenamedTools(request);

    /// <inheritdoc/>
    public void Accept(in ReplyEvent reply)
    {
        switch (reply.Kind)
        {
            case ReplyEventKind.PartStarted when _renamed is not null && reply.PartKind is (ReplyPartKind.ToolCall or ReplyPartKind.CustomToolCall):
                next.Accept(_renamed.TryGetValue(reply.Name.ToText(), out var name) ? reply with { Name = name } : reply);
                return;
            // The caller's own dialect writes it. A Responses answer repeats the request's settings: what of them was lost is reported by the request.
            case ReplyEventKind.Vendor when reply.RawDialect != request.Origin && reply.RawDialect != Dialect.OpenAIResponses && !Remarks.Contains(reply.Name.ToText()):
                losses.Add("reply.other", "only its own vendor has it");
                break;
        }

        next.Accept(in reply);
    }

    private static Dictionary<string, JsonString>? RenamedTools(Conversation request)
    {
        Dictionary<string, JsonString>? renamed = null;
        foreach (var tool in request.Tools)
        {
            var valid = ToolNames.Valid(tool.Name);
            if (valid != tool.Name) (renamed ??= new(StringComparer.Ordinal))[valid.ToText()] = tool.Name;
        }

        return renamed;
    }
}
