using Parley.Dialects.Conversations;
using Parley.Dialects.Json;
using Parley.Dialects.Models;

namespace Parley.Dialects.BedrockConverse;

/// <summary>Temperature, top_p and top_k, as the model takes them.</summary>
internal static class ConverseSampling
{
    internal static (JsonValue Temperature, JsonValue TopP) Choose(RequestWriting writing, ConverseReasoning reasoning, bool isOwn)
    {
        var temperature = writing.Take(RequestField.Temperature);
        var share = writing.Take(RequestField.TopP);
        if (isOwn) return (temperature, share);
        var traits = writing.Traits;
        if (temperature.IsPresent && (traits.RefusesTemperature || reasoning.ForbidsLimits))
        {
            writing.Lose(RequestField.Temperature, traits.RefusesTemperature ? TranslationLoss.ModelRefuses : "not with the highest effort of Nova");
            temperature = default;
        }
        else if (temperature.AsDouble() is { } degree)
        {
            // Claude thinks at 1 alone (Anthropic, "Extended thinking: feature compatibility"); inferenceConfig.temperature is 0 to 1.
            var mustBeOne = reasoning.IsOn && traits.Family == ModelFamily.Claude;
            if (mustBeOne && degree != 1) writing.Lose(RequestField.Temperature, "a thinking model takes 1 alone");
            else if (degree > 1) writing.Lose(RequestField.Temperature, "lowered to 1, the most that Bedrock takes");
            if (mustBeOne) temperature = default;
            else if (degree > 1) temperature = JsonValue.Number(1);
        }

        var reason = traits.RefusesTopP ? TranslationLoss.ModelRefuses
            : reasoning.ForbidsLimits ? "not with the highest effort of Nova"
            : traits.RefusesTemperatureWithTopP && temperature.IsPresent ? "the model refuses it beside temperature"
            : reasoning.IsOn && traits.Family == ModelFamily.Claude && share.AsDouble() is < 0.95 ? "less than 0.95 while the model thinks"
            : null;
        if (reason is null || !share.IsPresent) return (temperature, share);
        writing.Lose(RequestField.TopP, reason);
        return (temperature, default);
    }

    /// <summary>top_k has no place in inferenceConfig; families that take it have it among their own fields.</summary>
    internal static JsonValue TopK(RequestWriting writing, ConverseReasoning reasoning, bool isOwn)
    {
        var topK = writing.Take(RequestField.TopK);
        if (isOwn || !topK.IsPresent) return topK;
        var traits = writing.Traits;
        var reason = traits.RefusesTopP ? TranslationLoss.ModelRefuses
            : reasoning.IsOn && traits.Family == ModelFamily.Claude ? "not while the model thinks"
            : traits.Family is ModelFamily.Llama or ModelFamily.Titan or ModelFamily.GptOss or ModelFamily.DeepSeek ? "the model has no word for it"
            : null;
        if (reason is null) return topK;
        writing.Lose(RequestField.TopK, reason);
        return default;
    }

    /// <summary>Writes it: <c>top_k</c> for Claude and Mistral, <c>k</c> for Cohere, <c>inferenceConfig.topK</c> for Nova (each family's own request reference).</summary>
    internal static void WriteTopK(JsonOutput json, JsonValue topK, ModelFamily family, bool isOwn)
    {
        if (!isOwn && family == ModelFamily.Nova) json.BeginObject("inferenceConfig"u8).Member("topK"u8, topK).EndObject();
        else json.Member(!isOwn && family == ModelFamily.Cohere ? "k"u8 : "top_k"u8, topK);
    }
}
