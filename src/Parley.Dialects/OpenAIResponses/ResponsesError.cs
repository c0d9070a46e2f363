using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIResponses;

/// <summary>The error object of the Responses API: of a body that is not 2xx, of a failed response, of the <c>error</c> event.</summary>
internal static class ResponsesError
{
    /// <summary>Reads <c>{"error": {…}}</c>, <c>{"error": "…"}</c> or the error object itself; without words when it is none of
    /// them.</summary>
    internal static ReplyEvent Read(JsonValue body)
    {
        var error = body.Member("error"u8) is { HasValue: true } inner ? inner : body;
        if (error.IsString) return new ReplyEvent(ReplyEventKind.Failed) { Text = error.AsString() };
        JsonString message = default, code = default, type = default;
        var status = 0;
        foreach (var member in error.Members)
        {
            if (member.Is("message"u8)) message = member.Value.AsString();
            else if (member.Is("type"u8)) type = member.Value.AsString();
            else if (member.Is("code"u8) && member.Value.IsString) code = member.Value.AsString();
            // Servers that put the HTTP status into "code" (vLLM, OpenRouter) have no other code.
            else if ((member.Is("code"u8) || member.Is("status"u8)) && member.Value.AsInt64() is >= 400 and < 600 and var number)
                status = (int)number;
        }

        // The event's own type says nothing about the error.
        if (code.IsEmpty && !type.Is("error"u8)) code = type;
        return new ReplyEvent(ReplyEventKind.Failed) { Text = message, Name = code, Status = status != 0 ? status : StatusOf(code) };
    }

    // The codes of ResponseErrorCode and of OpenAI's error guide that stand for an HTTP status.
    private static int StatusOf(JsonString code) => code.Span switch
    {
        var c when c.SequenceEqual("server_error"u8) => 500,
        var c when c.SequenceEqual("vector_store_timeout"u8) => 504,
        var c when c.SequenceEqual("rate_limit_exceeded"u8) || c.SequenceEqual("insufficient_quota"u8) => 429,
        var c when c.SequenceEqual("context_length_exceeded"u8) || c.SequenceEqual("invalid_prompt"u8) || c.StartsWith("invalid_"u8)
            || c.StartsWith("image_"u8) => 400,
        _ => 0,
    };
}
