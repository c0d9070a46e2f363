using System.Text.Json;

namespace Parley.Simulator;

/// <summary>The settings of thinking and what does not go with it (platform.claude.com, "Extended thinking", feature compatibility).</summary>
internal static class MessageThinkingRules
{
    private const string Docs = "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking";
    private const int LeastBudget = 1024;

    public static bool IsOn(JsonElement body) => body.Find("thinking")?.FindString("type") is "enabled" or "adaptive";

    public static AnthropicRefusal? Check(JsonElement body, ClaudeTraits traits)
    {
        if (body.Find("thinking") is not { } thinking)
            return null;
        var type = thinking.FindString("type");
        var problem = type switch
        {
            "disabled" => MessagesRules.Extra(thinking, "thinking.disabled.", ["type"]),
            "adaptive" => Adaptive(thinking, traits),
            "enabled" => Enabled(body, thinking, traits),
            _ => AnthropicRefusal.Invalid($"thinking: Input tag '{type}' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'"),
        };
        if (problem is not null || type == "disabled")
            return problem;
        if (body.Find("temperature") is { ValueKind: JsonValueKind.Number } temperature && temperature.GetDouble() != 1)
            return AnthropicRefusal.Invalid($"`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. {Docs}");
        if (body.Find("top_k") is not null)
            return AnthropicRefusal.Invalid($"`top_k` must be unset when thinking is enabled or in adaptive mode. {Docs}");
        if (body.Find("top_p") is { ValueKind: JsonValueKind.Number } topP && topP.GetDouble() < 0.95)
            return AnthropicRefusal.Invalid($"`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled or in adaptive mode. {Docs}");
        return body.Find("tool_choice")?.FindString("type") is "any" or "tool"
            ? AnthropicRefusal.Invalid("Thinking may not be enabled when tool_choice forces tool use.")
            : null;
    }

    private static AnthropicRefusal? Adaptive(JsonElement thinking, ClaudeTraits traits) =>
        !traits.ThinksAdaptively
            ? AnthropicRefusal.Invalid("adaptive thinking is not supported on this model")
            : MessagesRules.Extra(thinking, "thinking.adaptive.", ["type", "display"]) ?? Display(thinking, "adaptive");

    private static AnthropicRefusal? Enabled(JsonElement body, JsonElement thinking, ClaudeTraits traits)
    {
        if (!traits.Thinks)
            return AnthropicRefusal.Invalid("thinking: Extra inputs are not permitted");
        if (traits.RefusesSampling)
        {
            return AnthropicRefusal.Invalid("\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" and "
                + "\"output_config.effort\" to control thinking behavior.");
        }
        if (MessagesRules.Extra(thinking, "thinking.enabled.", ["type", "budget_tokens", "display"]) is { } extra)
            return extra;
        if (MessagesRules.Required(thinking, "budget_tokens", JsonValueKind.Number, "thinking.enabled.") is { } missing)
            return missing;
        if (thinking.FindInt("budget_tokens") is not { } budget)
            return AnthropicRefusal.Invalid("thinking.enabled.budget_tokens: Input should be a valid integer");
        if (budget < LeastBudget)
            return AnthropicRefusal.Invalid($"thinking.enabled.budget_tokens: Input should be greater than or equal to {LeastBudget}");
        return body.FindInt("max_tokens") is { } most && most <= budget
            ? AnthropicRefusal.Invalid($"`max_tokens` must be greater than `thinking.budget_tokens`. {Docs}#max-tokens-and-context-window-size")
            : Display(thinking, "enabled");
    }

    private static AnthropicRefusal? Display(JsonElement thinking, string type) =>
        thinking.FindString("display") is { } display and not ("summarized" or "omitted")
            ? AnthropicRefusal.Invalid($"thinking.{type}.display: Input should be 'summarized' or 'omitted'")
            : null;
}
