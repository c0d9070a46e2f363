using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>Puts the operator's defaults into a conversation that is about to be written for one target.</summary>
public static class ConversationDefaults
{
    /// <summary>
    /// The conversation with what it leaves open filled in; itself when there is nothing to fill in. It is never changed: attempts at other
    /// targets, whose models take other settings, share it, and the answer is written from what the caller said.
    /// </summary>
    public static Conversation Of(Conversation conversation, DefaultSettings settings, TranslationTarget target)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(target);
        var temperature = settings.Temperature.IsPresent && TakesTemperature(conversation, target);
        var limit = settings.MaxTokens.IsPresent && !conversation.Fields.Has(RequestField.MaxOutputTokens);
        var system = settings.System.IsPresent && TakesSystem(conversation, target);
        if (!temperature && !limit && !system) return conversation;

        var filled = conversation.Copy();
        var goesToOne = target.Dialect is Dialect.AnthropicMessages or Dialect.BedrockConverse;
        if (temperature) filled.Fields.SetDefault(RequestField.Temperature, goesToOne ? settings.TemperatureToOne : settings.Temperature);
        if (limit) filled.Fields.SetDefault(RequestField.MaxOutputTokens, settings.MaxTokens);
        if (system) filled.Turns.Insert(0, Instructions(settings.System, target));
        return filled;
    }

    // What the writers find refused they leave out unreported; here is only what they would send, or what would push out a word of the caller's.
    private static bool TakesTemperature(Conversation conversation, TranslationTarget target)
    {
        var (fields, traits) = (conversation.Fields, target.Traits);
        if (fields.Has(RequestField.Temperature)) return false;
        if (traits.RefusesTemperature && !traits.SamplesWithoutEffort) return false;
        if (traits.RefusesTemperatureWithTopP && fields.Has(RequestField.TopP)) return false;
        // A thinking Claude takes 1 alone (docs, "Extended thinking: feature compatibility"); a request of the dialect's own is not looked at for it.
        var mode = fields[RequestField.ReasoningMode].AsString();
        return target.Dialect != Dialect.AnthropicMessages || !mode.IsPresent || mode.Is("disabled"u8);
    }

    private static bool TakesSystem(Conversation conversation, TranslationTarget target)
    {
        foreach (var turn in conversation.Turns)
        {
            if (turn.Role is TurnRole.System or TurnRole.Developer) return false;
        }

        if (conversation.Origin != target.Dialect) return true;
        // "CachedContent can not be used with GenerateContent request setting system_instruction": the cache holds instructions of its own.
        if (conversation.Origin == Dialect.GeminiContent) return !conversation.Fields.Has(RequestField.CachedContent);
        // So does a prompt that OpenAI has stored.
        return conversation.Origin != Dialect.OpenAIResponses || !conversation.Vendor.Exists(static field => field.Path == "prompt");
    }

    private static Turn Instructions(JsonString text, TranslationTarget target)
    {
        var isDeveloper = target is { Dialect: Dialect.OpenAIChat, IsOpenAI: true, Traits.WantsDeveloperRole: true };
        var turn = new Turn(isDeveloper ? TurnRole.Developer : TurnRole.System, -1) { IsDefault = true };
        turn.Parts.Add(new TextPart(text));
        return turn;
    }
}
