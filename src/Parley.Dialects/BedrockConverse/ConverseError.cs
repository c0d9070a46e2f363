using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Bedrock's errors: <c>{"message": …}</c>, their type in a header, in <c>__type</c>, or in the frame of a stream.</summary>
internal static class ConverseError
{
    /// <summary>What each exception means as a status; those of a stream come behind a 200 (API_runtime_ConverseStream, "Errors").</summary>
    private static readonly (byte[] Type, int Status)[] Statuses =
    [
        ("throttlingException"u8.ToArray(), 429),
        ("serviceQuotaExceededException"u8.ToArray(), 429),
        ("serviceUnavailableException"u8.ToArray(), 503),
        ("modelNotReadyException"u8.ToArray(), 503),
        ("modelStreamErrorException"u8.ToArray(), 503),
        ("modelErrorException"u8.ToArray(), 502),
        ("modelTimeoutException"u8.ToArray(), 504),
        ("internalServerException"u8.ToArray(), 500),
        ("validationException"u8.ToArray(), 400),
        ("accessDeniedException"u8.ToArray(), 403),
        ("resourceNotFoundException"u8.ToArray(), 404),
    ];

    /// <param name="body">The error's JSON, or none.</param>
    /// <param name="type">The type where the body does not hold it.</param>
    internal static ReplyEvent Read(JsonValue body, JsonString type)
    {
        JsonString message = default, original = default;
        foreach (var member in body.Members)
        {
            if (member.Is("message"u8) || member.Is("Message"u8)) message = member.Value.AsString();
            else if (member.Is("originalMessage"u8)) original = member.Value.AsString();
            else if (member.Is("__type"u8) && member.Value.IsString) type = member.Value.AsString();
        }

        // "com.amazon.coral.service#ThrottlingException": the name space says nothing.
        if (type.Span.LastIndexOf((byte)'#') is >= 0 and var mark) type = new JsonString(type.Raw[(mark + 1)..]);
        return new ReplyEvent(ReplyEventKind.Failed)
        {
            Text = message.IsPresent ? message : original,
            Name = type,
            Status = StatusOf(type.Span),
        };
    }

    private static int StatusOf(ReadOnlySpan<byte> type)
    {
        if (type.IsEmpty) return 0;
        foreach (var (known, status) in Statuses)
        {
            // Streams spell the first letter small, plain answers large.
            if (type.Length == known.Length && (type[0] | 0x20) == known[0] && type[1..].SequenceEqual(known.AsSpan(1))) return status;
        }

        return 500;
    }
}
