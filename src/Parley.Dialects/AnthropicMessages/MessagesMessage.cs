using Parley.Dialects.Json;

namespace Parley.Dialects.AnthropicMessages;

/// <summary>The members of a message object, or of a stream's <c>delta</c> of one, found in one pass.</summary>
internal readonly ref struct MessagesMessage
{
    internal MessagesMessage(JsonValue message)
    {
        foreach (var member in message.Members)
        {
            if (member.Is("id"u8)) Id = member.Value.AsString();
            else if (member.Is("model"u8)) Model = member.Value.AsString();
            else if (member.Is("content"u8)) Content = member.Value;
            else if (member.Is("usage"u8)) Usage = member.Value;
            else if (member.Is("stop_reason"u8)) StopReason = member.Value.AsString();
            else if (member.Is("stop_sequence"u8)) StopSequence = member.Value.AsString();
            else if (member.Is("stop_details"u8)) StopDetails = member.Value;
        }
    }

    internal JsonString Id { get; }

    internal JsonString Model { get; }

    internal JsonValue Content { get; }

    internal JsonValue Usage { get; }

    internal JsonString StopReason { get; }

    internal JsonString StopSequence { get; }

    internal JsonValue StopDetails { get; }

    internal static bool IsKnown(JsonString name) => name.Is("type"u8) || name.Is("role"u8) || name.Is("id"u8) || name.Is("model"u8)
        || name.Is("content"u8) || name.Is("usage"u8) || name.Is("stop_reason"u8) || name.Is("stop_sequence"u8) || name.Is("stop_details"u8);
}
