using System.Text.Json;

namespace Parley.Simulator;

/// <summary>What Converse refuses in the conversation: the order of turns, blocks, calls and their results.</summary>
internal static class ConverseTurnRules
{
    private static readonly string[] ImageFormats = ["png", "jpeg", "gif", "webp"];
    private static readonly string[] DocumentFormats = ["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"];

    public static BedrockRefusal? Check(JsonElement body, BedrockTraits traits)
    {
        var messages = body.FindArray("messages").ToArray();
        if (messages.Length == 0)
            return BedrockRefusal.Validation("A conversation must have at least one message. Try again with a conversation that has at least one message.");
        for (var index = 0; index < messages.Length; index++)
        {
            var role = messages[index].FindString("role");
            if (role is not ("user" or "assistant"))
                return ConverseRules.Constraint($"'{role}'", $"messages.{index + 1}.member.role", "Member must satisfy enum value set: [user, assistant]");
            if (index == 0 && role != "user")
                return BedrockRefusal.Validation("A conversation must start with a user message. Try again with a conversation that starts with a user message.");
            if (index > 0 && role == messages[index - 1].FindString("role"))
            {
                return BedrockRefusal.Validation("A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and "
                    + "assistant roles and try again.");
            }
            if (Message(messages[index], index, traits) is { } problem)
                return problem;
        }
        return Tools(body, messages) ?? Prefill(messages, traits);
    }

    private static BedrockRefusal? Message(JsonElement message, int index, BedrockTraits traits)
    {
        var blocks = message.FindArray("content").ToArray();
        if (blocks.Length == 0)
            return BedrockRefusal.Validation($"The content field in the Message object at messages.{index} is empty. Add a ContentBlock object to the content field and try again.");
        for (var at = 0; at < blocks.Length; at++)
        {
            if (Block(blocks[at], $"messages.{index}.content.{at}", $"messages.{index + 1}.member.content.{at + 1}.member", traits) is { } problem)
                return problem;
        }
        return blocks.Any(block => block.Find("document") is not null) && !blocks.Any(block => block.Find("text") is not null)
            ? BedrockRefusal.Validation($"A text block must be included with documents. Add a text block to messages.{index}.content and try again.")
            : null;
    }

    private static BedrockRefusal? Block(JsonElement block, string path, string member, BedrockTraits traits)
    {
        if (block.ValueKind != JsonValueKind.Object || !block.EnumerateObject().Any())
            return BedrockRefusal.Validation($"The ContentBlock object at {path} must set one of the following keys: text, image, toolUse, toolResult, document, video, cachePoint, reasoningContent, citationsContent, searchResult.");
        if (block.FindString("text") is { } text && string.IsNullOrWhiteSpace(text))
            return BedrockRefusal.Validation($"The text field in the ContentBlock object at {path} is blank. Add text to the text field, and try again.");
        if (block.Find("image") is { } image)
            return Media(image, ImageFormats, $"{member}.image") ?? (traits.TakesImages ? null : BedrockRefusal.Validation("This model doesn't support the image content block that you provided. Remove the image content block and try again."));
        if (block.Find("document") is { } document)
            return Document(document) ?? Media(document, DocumentFormats, $"{member}.document");
        if (block.Find("toolUse") is { } use)
            return Use(use, $"{member}.toolUse");
        if (block.Find("toolResult") is { } result)
            return Result(result, path, member, traits);
        return block.Find("reasoningContent")?.Find("reasoningText") is { } reasoning ? Reasoning(reasoning, path, traits) : null;
    }

    private static BedrockRefusal? Media(JsonElement media, string[] formats, string member)
    {
        var format = media.FindString("format");
        if (!formats.Contains(format))
            return ConverseRules.Constraint($"'{format}'", $"{member}.format", $"Member must satisfy enum value set: [{string.Join(", ", formats)}]");
        var source = media.Find("source") ?? default;
        // Bytes or a place in S3; there is no URL.
        if (source.FindString("bytes") is not { } bytes)
        {
            return source.Find("s3Location") is not null || source.Find("text") is not null || source.Find("content") is not null
                ? null
                : BedrockRefusal.Validation($"The value at {member}.source is invalid: one of the keys bytes, s3Location must be set.");
        }
        return bytes.Length > 0 && Convert.TryFromBase64String(bytes, new byte[bytes.Length], out _)
            ? null
            : new BedrockRefusal(400, "SerializationException", "Failed to convert the value of a blob member: it is no base64.");
    }

    private static BedrockRefusal? Document(JsonElement document)
    {
        var name = document.FindString("name") ?? "";
        var allowed = name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '(' or ')' or '[' or ']') && !name.Contains("  ", StringComparison.Ordinal);
        return allowed ? null : BedrockRefusal.Validation("The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and "
            + "square brackets. The name can't contain more than one consecutive whitespace character.");
    }

    private static BedrockRefusal? Use(JsonElement use, string member)
    {
        var id = use.FindString("toolUseId") ?? "";
        if (id.Length > 64)
            return ConverseRules.Constraint($"'{id}'", $"{member}.toolUseId", "Member must have length less than or equal to 64");
        if (!ConverseRules.IsName(id))
            return ConverseRules.Constraint($"'{id}'", $"{member}.toolUseId", "Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+");
        if (!ConverseRules.IsName(use.FindString("name") ?? ""))
            return ConverseRules.Constraint($"'{use.FindString("name")}'", $"{member}.name", "Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+");
        return use.Find("input") is { ValueKind: JsonValueKind.Object } ? null : BedrockRefusal.Validation($"The format of the value at {member[..^8]}.toolUse.input is invalid. Provide a json object for the field and try again.");
    }

    private static BedrockRefusal? Result(JsonElement result, string path, string member, BedrockTraits traits)
    {
        var id = result.FindString("toolUseId") ?? "";
        if (!ConverseRules.IsName(id))
            return ConverseRules.Constraint($"'{id}'", $"{member}.toolResult.toolUseId", "Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+");
        if (result.FindString("status") is { } status)
        {
            if (status is not ("success" or "error"))
                return ConverseRules.Constraint($"'{status}'", $"{member}.toolResult.status", "Member must satisfy enum value set: [success, error]");
            if (!traits.IsClaude && !traits.IsNova && !traits.IsUniversal)
                return BedrockRefusal.Validation("This model doesn't support the status field. Remove status and try again.");
        }
        var at = -1;
        foreach (var block in result.FindArray("content"))
        {
            at++;
            if (block.Find("json") is { ValueKind: not JsonValueKind.Object })
                return BedrockRefusal.Validation($"The format of the value at {path}.toolResult.content.{at}.json is invalid. Provide a json object for the field and try again.");
            if (block.FindString("text") is { Length: 0 } && traits.IsClaude)
                return ConverseRules.Model("messages: text content blocks must be non-empty");
            if (block.Find("document") is { } document && Document(document) is { } problem)
                return problem;
        }
        return null;
    }

    private static BedrockRefusal? Reasoning(JsonElement reasoning, string path, BedrockTraits traits)
    {
        if (!traits.IsClaude)
            return traits.IsLlama ? BedrockRefusal.Validation("This model doesn't support the reasoningContent field. Remove reasoningContent and try again.") : null;
        return reasoning.FindString("signature") is { } signature && ReasoningSeal.IsOurs(signature, "claude", reasoning.FindString("text") ?? "")
            ? null
            : ConverseRules.Model($"{path}: Invalid `signature` in `thinking` block");
    }

    private static BedrockRefusal? Tools(JsonElement body, JsonElement[] messages)
    {
        if (messages.Any(message => message.FindArray("content").Any(block => (block.Find("toolUse") ?? block.Find("toolResult")) is not null)) && body.Find("toolConfig") is null)
            return BedrockRefusal.Validation("The toolConfig field must be defined when using toolUse and toolResult content blocks.");
        for (var index = 0; index < messages.Length; index++)
        {
            var uses = index == 0 ? [] : Ids(messages[index - 1], "toolUse");
            var results = Ids(messages[index], "toolResult");
            if (results.Count > uses.Count)
                return BedrockRefusal.Validation($"The number of toolResult blocks at messages.{index}.content exceeds the number of toolUse blocks of previous turn.");
            if (uses.Except(results).ToArray() is { Length: > 0 } left)
                return BedrockRefusal.Validation($"Expected toolResult blocks at messages.{index}.content for the following Ids: {string.Join(", ", left)}");
        }
        return Ids(messages[^1], "toolUse") is { Count: > 0 } open
            ? BedrockRefusal.Validation($"Expected toolResult blocks at messages.{messages.Length}.content for the following Ids: {string.Join(", ", open)}")
            : null;
    }

    private static BedrockRefusal? Prefill(JsonElement[] messages, BedrockTraits traits)
    {
        if (messages[^1].FindString("role") != "assistant")
            return null;
        if (traits.IsClaude && ClaudeTraits.Of(traits.Name).TakesPrefill)
            return null;
        return traits.IsClaude
            ? ConverseRules.Model("This model does not support assistant message prefill. The conversation must end with a user message.")
            : BedrockRefusal.Validation("The model that you are using requires the last turn in the conversation to be a user message. Add a user message to the conversation and try again.");
    }

    private static List<string> Ids(JsonElement message, string name) =>
        [.. message.FindArray("content").Select(block => block.Find(name)?.FindString("toolUseId")).OfType<string>()];
}
