using Parley.Dialects.Conversations;
using Parley.Dialects.Json;

namespace Parley.Dialects.OpenAIChat;

/// <summary>
/// The <c>format</c> of an entry of <c>reasoning_details</c> (OpenRouter's extension, https://openrouter.ai/docs/use-cases/reasoning-tokens):
/// says whose signature it is.
/// </summary>
internal static class ChatReasoningFormats
{
    internal static ReadOnlySpan<byte> Of(ReasoningOrigin origin) => origin switch
    {
        ReasoningOrigin.Anthropic => "anthropic-claude-v1"u8,
        ReasoningOrigin.OpenAI => "openai-responses-v1"u8,
        ReasoningOrigin.Gemini => "google-gemini-v1"u8,
        ReasoningOrigin.Bedrock => "bedrock-v1"u8,
        _ => "unknown"u8,
    };

    internal static ReasoningOrigin Read(JsonString format) => format.Span switch
    {
        var f when f.StartsWith("anthropic-"u8) => ReasoningOrigin.Anthropic,
        // Azure's and OpenAI's items look alike; xAI's are a format of their own, which nobody here can open.
        var f when f.StartsWith("openai-"u8) || f.StartsWith("azure-openai-"u8) => ReasoningOrigin.OpenAI,
        var f when f.StartsWith("google-"u8) => ReasoningOrigin.Gemini,
        var f when f.StartsWith("bedrock-"u8) => ReasoningOrigin.Bedrock,
        _ => ReasoningOrigin.None,
    };

    /// <summary>True when the family's hidden content is a block of its own (redacted), not the signature of a text.</summary>
    internal static bool IsRedacted(ReasoningOrigin origin) => origin is ReasoningOrigin.Anthropic or ReasoningOrigin.Bedrock;
}
