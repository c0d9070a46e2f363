using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// The two extensions by which compatible servers are told to think: OpenRouter's <c>reasoning {effort, max_tokens, exclude, enabled}</c>
/// and Anthropic's <c>thinking {type, budget_tokens}</c>, which DeepSeek, GLM and Kimi take too.
/// </summary>
internal static class ChatReasoningSettings
{
    internal static void Read(Conversation conversation, JsonField member)
    {
        var name = member.Name.ToText();
        var fields = conversation.Fields;
        foreach (var setting in Expect.Object(member.Value, name).Members)
        {
            var path = $"{name}.{setting.Name}";
            var value = setting.Value;
            if (value.IsNull) continue;
            if (setting.Is("effort"u8)) fields[RequestField.ReasoningEffort] = Text(value, path);
            else if (setting.Is("max_tokens"u8) || setting.Is("budget_tokens"u8)) fields[RequestField.ReasoningBudget] = Expect.Integer(value, path);
            else if (setting.Is("type"u8)) fields[RequestField.ReasoningMode] = Text(value, path);
            else if (setting.Is("enabled"u8))
                fields[RequestField.ReasoningMode] = JsonValue.Literal(Expect.Boolean(value, path).IsTrue ? "\"enabled\""u8 : "\"disabled\""u8);
            else if (setting.Is("exclude"u8))
                fields[RequestField.ReasoningSummary] = JsonValue.Literal(Expect.Boolean(value, path).IsTrue ? "false"u8 : "true"u8);
            else if (setting.Is("summary"u8) || setting.Is("display"u8)) fields[RequestField.ReasoningSummary] = Text(value, path);
            else conversation.Vendor.Add(new VendorField(setting.Name, value, path));
        }
    }

    private static JsonValue Text(JsonValue value, string path) => Expect.String(value, path).IsPresent ? value : default;
}
