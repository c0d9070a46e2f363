using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.OpenAIChat;

/// <summary>Turns an error of OpenAI's family, in any of its shapes, into an event.</summary>
internal static class ChatErrors
{
    /// <summary>The event for an error object, a body or chunk with one inside, or anything else (no message then).</summary>
    internal static ReplyEvent Read(JsonValue value)
    {
        var found = new ReplyObservation();
        if (value.HasValue) OpenAIError.Note(value.Span, found);
        return new ReplyEvent(ReplyEventKind.Failed)
        {
            Text = found.ErrorMessage is { } message ? JsonString.From(message) : default,
            Name = found.ErrorCode is { } code ? JsonString.From(code) : default,
            Status = found.ErrorStatus ?? 0,
        };
    }

    /// <summary>An error of ours about what the provider sent.</summary>
    internal static ReplyEvent Of(ReadOnlySpan<byte> message, ReadOnlySpan<byte> code) => new(ReplyEventKind.Failed)
    {
        Text = JsonString.Literal(message),
        Name = JsonString.Literal(code),
        Status = 502,
    };
}
