using System.Buffers;
using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Streaming;

namespace Parley.Dialects.GeminiContent;

/// <summary>Google's error object: <c>{"error":{"code","message","status","details"}}</c>; of a failed stream also as an array of one.</summary>
public static class GeminiError
{
    /// <summary>Writes it.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="status">The HTTP status, which gives Google's word for it.</param>
    /// <param name="message">What the caller reads.</param>
    /// <param name="reason">A machine-readable code, as the reason of an <c>ErrorInfo</c>; none for none.</param>
    public static void Write(JsonOutput json, int status, JsonString message, JsonString reason)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject().BeginObject("error"u8).Member("code"u8, status).Member("message"u8, message).Member("status"u8, Word(status));
        if (!reason.IsEmpty)
        {
            json.BeginArray("details"u8).BeginObject();
            json.Member("@type"u8, "type.googleapis.com/google.rpc.ErrorInfo"u8).Member("reason"u8, reason);
            json.EndObject().EndArray();
        }

        json.EndObject().EndObject();
    }

    /// <summary>Writes it as one data event.</summary>
    internal static void WriteEvent(IBufferWriter<byte> output, string message, string code)
    {
        output.Write("data: "u8);
        var reason = JsonString.From(code);
        Write(new JsonOutput(output), StatusOf(reason), JsonString.From(message), reason);
        output.Write("\r\n\r\n"u8);
    }

    /// <summary>The status that an error of a stream, whose own is long sent, would have had.</summary>
    internal static int StatusOf(JsonString code) => TimeoutCode.Is(code) ? 504 : 500;

    /// <summary>The error of a body; false when there is none.</summary>
    internal static bool TryRead(JsonValue body, out ReplyEvent failed)
    {
        failed = new ReplyEvent(ReplyEventKind.Failed);
        if (body.IsArray)
        {
            foreach (var item in body.Items)
            {
                if (item.IsObject && TryRead(item, out failed)) return true;
            }

            return false;
        }

        var error = body.Member("error"u8);
        if (error.IsNull) return false;
        failed = Read(error);
        return true;
    }

    /// <summary>Notes an error object.</summary>
    internal static void NoteError(JsonValue error, ReplyObservation reply)
    {
        var failed = Read(error);
        reply.HasError = true;
        reply.ErrorMessage ??= failed.Text.IsPresent ? failed.Text.ToText() : null;
        reply.ErrorCode ??= failed.Name.IsPresent ? failed.Name.ToText() : null;
        if (failed.Status != 0) reply.ErrorStatus ??= failed.Status;
    }

    private static ReplyEvent Read(JsonValue error)
    {
        var status = error.Member("code"u8).AsInt64();
        return new ReplyEvent(ReplyEventKind.Failed)
        {
            Text = error.IsString ? error.AsString() : error.Member("message"u8).AsString(),
            Name = error.Member("status"u8).AsString(),
            Status = status is >= 400 and < 600 ? (int)status : 0,
        };
    }

    // https://cloud.google.com/apis/design/errors#handling_errors
    private static ReadOnlySpan<byte> Word(int status) => status switch
    {
        400 or 413 or 415 or 422 => "INVALID_ARGUMENT"u8,
        401 => "UNAUTHENTICATED"u8,
        403 => "PERMISSION_DENIED"u8,
        404 => "NOT_FOUND"u8,
        409 => "ABORTED"u8,
        429 => "RESOURCE_EXHAUSTED"u8,
        499 => "CANCELLED"u8,
        501 => "UNIMPLEMENTED"u8,
        502 or 503 => "UNAVAILABLE"u8,
        504 => "DEADLINE_EXCEEDED"u8,
        >= 400 and < 500 => "FAILED_PRECONDITION"u8,
        _ => "INTERNAL"u8,
    };
}
