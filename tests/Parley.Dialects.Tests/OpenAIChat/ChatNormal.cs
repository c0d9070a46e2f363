using System.Text.Json.Nodes;

namespace Parley.Dialects.Tests.OpenAIChat;

/// <summary>
/// What may differ when an answer or request of this dialect is read and written again: members that are null, empty lists and filter results, an
/// empty text beside calls, counters of zero in the usage's details, the answer's id, time and model.
/// </summary>
internal static class ChatNormal
{
    internal static JsonNode Request(JsonNode node) => Clean(node.DeepClone());

    internal static JsonNode Reply(JsonNode node)
    {
        var body = node.DeepClone().AsObject();
        body.Remove("id");
        body.Remove("created");
        body.Remove("model");
        foreach (var choice in body["choices"]!.AsArray())
        {
            var message = choice!["message"]!.AsObject();
            if (message["content"] is JsonValue content && content.ToString().Length == 0) message.Remove("content");
        }

        if (body["system_fingerprint"]?.ToString() is "") body.Remove("system_fingerprint");
        return Clean(body);
    }

    private static JsonNode Clean(JsonNode node)
    {
        if (node is JsonObject o)
        {
            foreach (var (name, value) in o.ToList())
            {
                if (value is null || value is JsonArray { Count: 0 } || (name == "content_filter_results" && value is JsonObject { Count: 0 })) o.Remove(name);
                else if (name.EndsWith("_tokens", StringComparison.Ordinal) && o.Parent is JsonObject && value.ToString() == "0") o.Remove(name);
                else Clean(value);
            }
        }
        else if (node is JsonArray a)
        {
            foreach (var item in a)
                if (item is not null) Clean(item);
        }

        return node;
    }
}
