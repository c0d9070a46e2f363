using System.Text.Json;

namespace Parley.Simulator;

/// <summary>
/// The versions of the API and what version 2026-10-21 refuses beside the older one (platform.claude.com, "Migrating to API version 2026-10-21"):
/// sampling settings whatever their value, documents in the assistant's turns, citations on the user's texts.
/// </summary>
internal static class MessageVersionRules
{
    private const string Newest = "2026-10-21";

    public static bool Exists(string version) => version is Newest or "2023-06-01" or "2023-01-01";

    public static AnthropicRefusal? Check(string version, JsonElement body)
    {
        if (version != Newest)
            return null;
        foreach (var name in (string[])["temperature", "top_p", "top_k"])
        {
            if (body.TryGetProperty(name, out _))
                return AnthropicRefusal.Invalid($"{name}: Extra inputs are not permitted");
        }
        var index = 0;
        foreach (var message in body.FindArray("messages"))
        {
            if (Turn(message, index++) is { } problem)
                return problem;
        }
        return null;
    }

    private static AnthropicRefusal? Turn(JsonElement message, int index)
    {
        if (message.ValueKind != JsonValueKind.Object)
            return null;
        var assistant = message.FindString("role") == "assistant";
        var at = 0;
        foreach (var block in MessageTurnRules.Blocks(message))
        {
            var type = block.ValueKind == JsonValueKind.Object ? block.FindString("type") : null;
            if (assistant && type == "document")
                return AnthropicRefusal.Invalid($"messages.{index}.content.{at}: `document` blocks are not permitted in `assistant` messages");
            if (!assistant && (type == "text" && Cites(block) || type == "search_result" && block.FindArray("content").Any(Cites)))
                return AnthropicRefusal.Invalid($"messages.{index}.content.{at}: `citations` are not permitted on `text` blocks in `user` messages");
            at++;
        }
        return null;
    }

    private static bool Cites(JsonElement block) => block.ValueKind == JsonValueKind.Object && block.FindArray("citations").Any();
}
