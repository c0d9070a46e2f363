using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>The members of a request's body that <see cref="DefaultSettings"/> become, in each dialect's own spelling; empty for what is not set.</summary>
internal sealed class DefaultMembers
{
    internal DefaultMembers(DefaultSettings settings)
    {
        Temperature = Member("temperature"u8, settings.Temperature);
        TemperatureToOne = Member("temperature"u8, settings.TemperatureToOne);
        MaxTokens = Member("max_tokens"u8, settings.MaxTokens);
        MaxCompletionTokens = Member("max_completion_tokens"u8, settings.MaxTokens);
        MaxOutputTokens = Member("max_output_tokens"u8, settings.MaxTokens);
        GeminiMaxTokens = Member("maxOutputTokens"u8, settings.MaxTokens);
        GeminiBoth = Temperature.Length > 0 && GeminiMaxTokens.Length > 0 ? [.. Temperature, .. ","u8, .. GeminiMaxTokens] : [];
        GeminiConfig = Config(GeminiBoth.Length > 0 ? GeminiBoth : Temperature.Length > 0 ? Temperature : GeminiMaxTokens);
        GeminiLimitConfig = Config(GeminiMaxTokens);
        if (!settings.System.IsPresent) return;
        var text = JsonValue.Quote(settings.System);
        SystemText = text.Span.ToArray();
        SystemMessage = [.. """{"role":"system","content":"""u8, .. SystemText, .. "}"u8];
        DeveloperMessage = [.. """{"role":"developer","content":"""u8, .. SystemText, .. "}"u8];
        Instructions = Member("instructions"u8, text);
        System = Member("system"u8, text);
        GeminiSystem = [.. """{"parts":[{"text":"""u8, .. SystemText, .. "}]}"u8];
        SystemInstruction = [.. "\"systemInstruction\":"u8, .. GeminiSystem];
    }

    internal byte[] Temperature { get; }

    internal byte[] TemperatureToOne { get; }

    internal byte[] MaxTokens { get; }

    internal byte[] MaxCompletionTokens { get; }

    internal byte[] MaxOutputTokens { get; }

    internal byte[] GeminiMaxTokens { get; }

    /// <summary>Temperature and limit, for Gemini's <c>generationConfig</c>.</summary>
    internal byte[] GeminiBoth { get; }

    /// <summary>Gemini's <c>generationConfig</c> with all that is set.</summary>
    internal byte[] GeminiConfig { get; }

    /// <summary>The same for a model that refuses a temperature.</summary>
    internal byte[] GeminiLimitConfig { get; }

    /// <summary>The instructions as a JSON string.</summary>
    internal byte[] SystemText { get; } = [];

    internal byte[] SystemMessage { get; } = [];

    internal byte[] DeveloperMessage { get; } = [];

    internal byte[] Instructions { get; } = [];

    internal byte[] System { get; } = [];

    /// <summary>Gemini's content object, and the member that holds it.</summary>
    internal byte[] GeminiSystem { get; } = [];

    internal byte[] SystemInstruction { get; } = [];

    private static byte[] Config(byte[] inside) => inside.Length > 0 ? [.. "\"generationConfig\":{"u8, .. inside, .. "}"u8] : [];

    private static byte[] Member(ReadOnlySpan<byte> name, JsonValue value) => value.IsPresent ? [.. "\""u8, .. name, .. "\":"u8, .. value.Span] : [];
}
