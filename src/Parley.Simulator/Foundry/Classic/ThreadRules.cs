using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What classic agents refuse of the bodies they are sent.</summary>
internal static class ThreadRules
{
    public static Refusal? Thread(JsonElement body, string at = "")
    {
        if (CommonRules.Types(body, ("messages", "an array of objects"), ("metadata", "an object"), ("tool_resources", "an object")) is { } wrong)
            return wrong;
        var index = 0;
        foreach (var message in body.FindArray("messages"))
        {
            var name = $"{at}messages[{index++}]";
            if (message.ValueKind != JsonValueKind.Object)
                return CommonRules.WrongType(name, "an object", message);
            if (Message(message, name + ".") is { } refusal)
                return refusal;
        }
        return null;
    }

    public static Refusal? Message(JsonElement body, string at = "")
    {
        if (body.Find("role") is not { } role)
            return CommonRules.Missing(at + "role");
        if (role.ValueKind != JsonValueKind.String)
            return CommonRules.WrongType(at + "role", "a string", role);
        if (role.GetString() is not ("user" or "assistant"))
        {
            return new Refusal(400, $"Invalid value: '{role.GetString()}'. Supported values are: 'user' and 'assistant'.",
                Param: at + "role", Code: "invalid_value");
        }
        if (body.Find("content") is not { } content)
            return CommonRules.Missing(at + "content");
        return content.ValueKind switch
        {
            JsonValueKind.String when content.GetString()!.Length > 0 => null,
            JsonValueKind.String => new Refusal(400, "Message content must be non-empty.", Param: at + "content"),
            JsonValueKind.Array when content.GetArrayLength() > 0 => Parts(content, at),
            JsonValueKind.Array => new Refusal(400, "Message content must be non-empty.", Param: at + "content"),
            _ => CommonRules.WrongType(at + "content", "one of a string or array of objects", content),
        };
    }

    public static Refusal? Run(JsonElement body)
    {
        if (body.Find("assistant_id") is not { } assistant)
            return CommonRules.Missing("assistant_id");
        if (assistant.ValueKind != JsonValueKind.String)
            return CommonRules.WrongType("assistant_id", "a string", assistant);
        return CommonRules.Types(body,
                   ("stream", "a boolean"), ("instructions", "a string"), ("additional_instructions", "a string"), ("metadata", "an object"),
                   ("max_prompt_tokens", "an integer"), ("max_completion_tokens", "an integer"), ("temperature", "a decimal"), ("thread", "an object"))
               ?? CommonRules.DecimalIn(body, "temperature", 0, 2)
               ?? Assistant(assistant.GetString()!);
    }

    public static Refusal? Assistant(string id)
    {
        if (!id.StartsWith("asst_", StringComparison.Ordinal))
            return FoundryRefusal.WrongPrefix("assistant_id", id, "asst");
        return id.StartsWith("asst_missing", StringComparison.Ordinal) ? FoundryRefusal.Unknown("assistant", id) : null;
    }

    private static Refusal? Parts(JsonElement content, string at)
    {
        var index = 0;
        foreach (var part in content.EnumerateArray())
        {
            var name = $"{at}content[{index++}]";
            if (part.FindString("type") is not { } type)
                return CommonRules.Missing($"{name}.type");
            if (type is not ("text" or "image_file" or "image_url"))
            {
                return new Refusal(400, $"Invalid value: '{type}'. Supported values are: 'text', 'image_file', and 'image_url'.",
                    Param: $"{name}.type", Code: "invalid_value");
            }
            if (part.Find(type) is null)
                return CommonRules.Missing($"{name}.{type}");
        }
        return null;
    }
}
