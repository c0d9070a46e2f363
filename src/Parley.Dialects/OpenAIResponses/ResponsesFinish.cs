using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>
/// Why a response ended, as the dialect says it: a status, and a reason when it is incomplete.
/// <code>
/// completed                       Stop, or ToolCalls when it calls a tool of the caller's
/// incomplete, max_output_tokens   Length
/// incomplete, content_filter      ContentFilter
/// cancelled, queued, in_progress  Other: background responses
/// incomplete, the provider's word what the dialect has no words for, and None: an answer whose end nobody told
/// </code>
/// </summary>
internal static class ResponsesFinish
{
    /// <summary>The event for a response that did not fail.</summary>
    internal static ReplyEvent Read(JsonString status, JsonString reason, bool hasCall)
    {
        var isComplete = status.IsEmpty || status.Is("completed"u8);
        var word = isComplete ? JsonString.Literal("completed"u8) : reason.IsPresent ? reason : status;
        var finish = isComplete ? hasCall ? FinishReason.ToolCalls : FinishReason.Stop
            : reason.Is("max_output_tokens"u8) ? FinishReason.Length
            : reason.Is("content_filter"u8) ? FinishReason.ContentFilter
            : FinishReason.Other;
        return new ReplyEvent(ReplyEventKind.Finished) { Finish = finish, Text = word };
    }

    /// <summary>The reason why the response is incomplete; none when it is complete.</summary>
    internal static JsonString Reason(FoldedChoice? ending, bool hasRefusal) => ending?.Finish switch
    {
        FinishReason.Length or FinishReason.ContextExceeded => JsonString.Literal("max_output_tokens"u8),
        FinishReason.ContentFilter => JsonString.Literal("content_filter"u8),
        // A model that declined with words has answered, in this dialect; one that broke off has not.
        FinishReason.Refusal => hasRefusal ? default : JsonString.Literal("content_filter"u8),
        // The dialect has no words for these; the provider's own are better than a response that looks complete.
        FinishReason.Pause or FinishReason.MalformedToolCall or FinishReason.Other when Background(ending).IsEmpty =>
            ending.RawFinish is { IsEmpty: false } raw ? raw : JsonString.Literal("other"u8),
        FinishReason.None or null => JsonString.Literal("other"u8),
        _ => default,
    };

    /// <summary>Reports a reason that is not the dialect's own.</summary>
    internal static void Report(FoldedChoice? ending, IReadOnlyList<VendorField> own, LossReport losses)
    {
        if (own.Count == 0 && ending?.Finish is FinishReason.MalformedToolCall or FinishReason.Other)
            losses.Add("reply.finish_reason", "Responses has no word for it: it is the provider's own");
    }

    /// <summary>The status of a response that was cancelled or is still at work; none for others.</summary>
    internal static JsonString Background(FoldedChoice? ending) =>
        ending is { Finish: FinishReason.Other, RawFinish: var raw }
            && (raw.Is("cancelled"u8) || raw.Is("queued"u8) || raw.Is("in_progress"u8)) ? raw : default;
}
