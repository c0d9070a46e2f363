using System.Globalization;
using System.Text.Json;
using Parley.Dialects.Json;

namespace Parley.Gateway.Wrapper;

/// <summary>
/// The body of <c>POST /chat</c>: <c>{"messages":[{role, content}]}</c>, checked as the old wrapper's framework did. Content may also be a list of parts
/// as OpenAI has them. Further members are ignored.
/// </summary>
/// <param name="Messages">The messages, slices of the body; empty when there are faults.</param>
/// <param name="Faults">What is wrong with it; empty when nothing is.</param>
internal sealed record ChatInput(IReadOnlyList<ChatMessage> Messages, IReadOnlyList<InvalidInput> Faults)
{
    // Whoever sends a million wrong messages need not be told of each.
    private const int MostFaults = 100;
    private const string Body = """["body"]""";

    internal static ChatInput Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) return Of(InvalidInput.Missing(Body, default));
        if (FaultAt(body.Span) is { } offset)
            return Of(new InvalidInput("json_invalid", string.Create(CultureInfo.InvariantCulture, $"""["body",{offset}]"""), "JSON decode error", JsonValue.Literal("{}"u8)));
        return Read(JsonValue.Of(body));
    }

    /// <summary>The same of a body that is known to be JSON.</summary>
    internal static ChatInput Read(JsonValue root)
    {
        if (root.IsNull) return Of(InvalidInput.Missing(Body, default));
        if (!root.IsObject) return Of(InvalidInput.NotAnObject(Body, root));
        const string Location = """["body","messages"]""";
        var list = root.Member("messages"u8);
        if (!list.IsPresent) return Of(InvalidInput.Missing(Location, root));
        if (!list.IsArray) return Of(new InvalidInput("list_type", Location, "Input should be a valid list", list));
        var messages = new List<ChatMessage>();
        var faults = new List<InvalidInput>();
        var index = 0;
        foreach (var item in list.Items)
        {
            if (faults.Count >= MostFaults) break;
            messages.Add(ReadMessage(item, index++, faults));
        }

        if (index == 0) faults.Add(new InvalidInput("too_short", Location, "List should have at least 1 item after validation, not 0", list));
        return faults.Count == 0 ? new ChatInput(messages, []) : new ChatInput([], faults);
    }

    private static ChatMessage ReadMessage(JsonValue item, int index, List<InvalidInput> faults)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"""["body","messages",{index}""");
        if (!item.IsObject)
        {
            faults.Add(InvalidInput.NotAnObject(at + "]", item));
            return default;
        }

        var role = item.Member("role"u8);
        var content = item.Member("content"u8);
        if (!role.IsPresent) faults.Add(InvalidInput.Missing(at + ""","role"]""", item));
        else if (!role.IsString) faults.Add(InvalidInput.NotText(at + ""","role"]""", role));
        else if (!ChatMessage.IsRole(role.AsString()))
            faults.Add(new InvalidInput("literal_error", at + ""","role"]""", "Input should be 'system', 'developer', 'user' or 'assistant'", role));
        if (!content.IsPresent) faults.Add(InvalidInput.Missing(at + ""","content"]""", item));
        else if (!content.IsString && !content.IsArray) faults.Add(InvalidInput.NotText(at + ""","content"]""", content));
        return new ChatMessage(role.AsString(), content);
    }

    private static ChatInput Of(InvalidInput fault) => new([], [fault]);

    // Where the text stops being JSON; null when it is.
    private static long? FaultAt(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read()) { }
            return null;
        }
        catch (JsonException)
        {
            return reader.BytesConsumed;
        }
    }
}
