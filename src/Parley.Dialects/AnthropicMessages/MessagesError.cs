using System.Buffers;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>Anthropic's error: <c>{"type":"error","error":{"type","message"},"request_id"}</c>, as a body and as an event.</summary>
internal static class MessagesError
{
    /// <summary>The error as an event; one without words for a body in another shape.</summary>
    internal static ReplyEvent Read(JsonValue body)
    {
        var error = body.Member("error"u8);
        var type = error.Member("type"u8).AsString();
        return new ReplyEvent(ReplyEventKind.Failed)
        {
            Text = error.IsString ? error.AsString() : error.Member("message"u8).AsString(),
            Name = type,
            Status = Status(type),
        };
    }

    /// <summary>The HTTP status that a type stands for (https://platform.claude.com/docs/en/api/errors); 0 for an unknown one.</summary>
    internal static int Status(JsonString type) => type.Span switch
    {
        _ when type.Is("invalid_request_error"u8) => 400,
        _ when type.Is("authentication_error"u8) => 401,
        _ when type.Is("billing_error"u8) => 402,
        _ when type.Is("permission_error"u8) => 403,
        _ when type.Is("not_found_error"u8) => 404,
        _ when type.Is("request_too_large"u8) => 413,
        _ when type.Is("rate_limit_error"u8) => 429,
        _ when type.Is("api_error"u8) => 500,
        _ when type.Is("timeout_error"u8) => 504,
        _ when type.Is("overloaded_error"u8) => 529,
        _ => 0,
    };

    // The list is closed, and clients look for its words: what OpenAI, Google, AWS and Parley call an error becomes the type that means it.
    private static JsonString TypeOf(JsonString code) => code switch
    {
        _ when Status(code) > 0 => code,
        _ when code.Is("rate_limit_exceeded"u8) || code.Is("RESOURCE_EXHAUSTED"u8) || code.Is("throttlingException"u8) => JsonString.Literal("rate_limit_error"u8),
        _ when code.Is("UNAVAILABLE"u8) || code.Is("serviceUnavailableException"u8) => JsonString.Literal("overloaded_error"u8),
        _ when TimeoutCode.Is(code) => JsonString.Literal("timeout_error"u8),
        _ when code.Is("INVALID_ARGUMENT"u8) || code.Is("validationException"u8) => JsonString.Literal("invalid_request_error"u8),
        _ => JsonString.Literal("api_error"u8),
    };

    internal static void Write(JsonOutput json, JsonString type, JsonString message) => json
        .BeginObject()
        .Member("type"u8, "error"u8)
        .BeginObject("error"u8)
        // Its clients know a closed set of types; others' words (and ours) are not of it.
        .Member("type"u8, Status(type) == 0 ? JsonString.Literal("api_error"u8) : type)
        .Member("message"u8, message)
        .EndObject()
        .EndObject();

    /// <summary>Writes the <c>error</c> event of a stream. The code may be anybody's; what is written is one of Anthropic's types.</summary>
    internal static void WriteEvent(IBufferWriter<byte> output, JsonString code, JsonString message)
    {
        output.Write("event: error\ndata: "u8);
        Write(new JsonOutput(output), TypeOf(code), message);
        output.Write("\n\n"u8);
    }

    /// <summary>Notes an error that came inside a 200.</summary>
    internal static void Note(JsonValue body, ReplyObservation reply)
    {
        reply.HasError = true;
        if (reply.ErrorMessage is not null) return;
        var error = Read(body);
        if (error.Text.IsPresent) reply.ErrorMessage = error.Text.ToText();
        if (error.Name.IsPresent) reply.ErrorCode = error.Name.ToText();
        if (error.Status > 0) reply.ErrorStatus = error.Status;
    }
}
