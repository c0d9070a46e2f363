namespace Parley.Gateway.Routing;

/// <summary>What a model is known to do.</summary>
/// <param name="ChatCompletion">It answers chats and Responses.</param>
/// <param name="Embeddings">It makes embeddings.</param>
internal sealed record ModelCapabilities(bool ChatCompletion, bool Embeddings)
{
    private static readonly string[] ChatFamilies = ["gpt", "claude", "llama", "mistral", "gemini", "deepseek", "qwen", "grok"];

    // With a chat family in their names or not: they are for images, audio, moderations and text completions.
    private static readonly string[] OtherModels = ["gpt-image", "dall-e", "whisper", "-transcribe", "-mini-tts", "omni-moderation", "text-moderation", "turbo-instruct"];

    /// <summary>What a model's name says; null when it says nothing.</summary>
    internal static ModelCapabilities? Of(string id)
    {
        if (id == ModelCatalog.EchoId) return new(ChatCompletion: true, Embeddings: true);
        if (id.Contains("embed", StringComparison.OrdinalIgnoreCase)) return new(ChatCompletion: false, Embeddings: true);
        if (OtherModels.Any(name => id.Contains(name, StringComparison.OrdinalIgnoreCase))) return new(ChatCompletion: false, Embeddings: false);
        return ChatFamilies.Any(family => id.Contains(family, StringComparison.OrdinalIgnoreCase)) ? new(ChatCompletion: true, Embeddings: false) : null;
    }
}
