using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Simulator;

/// <summary>What was said by the caller, as items of a conversation.</summary>
internal static class ConversationItems
{
    /// <summary>The items of a request's <c>input</c> or <c>items</c>, each with an id and its text as content parts.</summary>
    public static List<JsonObject> Read(SimulatorState state, JsonElement? input) => input switch
    {
        { ValueKind: JsonValueKind.String } text => [Message(state, "user", text.GetString()!)],
        { ValueKind: JsonValueKind.Array } items => [.. items.EnumerateArray().Select(item => Item(state, item))],
        _ => [],
    };

    /// <summary>The text of the newest message of the user; null when there is none.</summary>
    public static string? LastUserText(IEnumerable<JsonObject> items) =>
        items.LastOrDefault(item => (string?)item["type"] == "message" && (string?)item["role"] == "user") is { } message
            ? string.Concat(message["content"]!.AsArray().Select(part => (string?)part!["text"]))
            : null;

    public static int Tokens(IEnumerable<JsonObject> items) =>
        items.Sum(item => (item["content"] as JsonArray)?.Sum(part => Simulator.Tokens.Count((string?)part!["text"] ?? "")) ?? 0);

    private static JsonObject Item(SimulatorState state, JsonElement item)
    {
        if ((item.FindString("type") ?? "message") == "message" && item.Find("content") is { ValueKind: JsonValueKind.String } text)
            return Message(state, item.FindString("role")!, text.GetString()!);
        var copy = JsonNode.Parse(item.GetRawText())!.AsObject();
        copy["type"] ??= "message";
        copy["id"] ??= state.NewId("msg_", 50);
        if ((string?)copy["type"] == "message")
            copy["content"] ??= new JsonArray();
        return copy;
    }

    private static JsonObject Message(SimulatorState state, string role, string text) => new()
    {
        ["id"] = state.NewId("msg_", 50),
        ["type"] = "message",
        ["status"] = "completed",
        ["role"] = role,
        ["content"] = new JsonArray(new JsonObject { ["type"] = role == "assistant" ? "output_text" : "input_text", ["text"] = text }),
    };
}
