using System.Text;
using Parley.Gateway.Exchange;

namespace Parley.Gateway.Relay;

/// <summary>Reads from a provider's own words what a refusal was about. Vendors have no common code for it, so their phrases are looked for.</summary>
internal static class RefusalReader
{
    private const int LongestText = 2048;

    // OpenAI and Azure: error.code, and the sentences of chat (vLLM's, Mistral's and Bedrock's Llama's too), Responses and xAI. Anthropic:
    // two sentences, the first also on Bedrock. Gemini: the count with its maximum. Bedrock: ValidationException's message.
    private static readonly byte[][] ContextLength =
    [
        [.. "context_length_exceeded"u8],
        [.. "maximum context length"u8],
        [.. "exceeds the context window"u8],
        [.. "maximum prompt length"u8],
        [.. "prompt is too long"u8],
        [.. "exceeds the maximum number of tokens"u8],
        [.. "Input is too long"u8],
        [.. "exceed context limit"u8],
    ];

    // Azure: code and innererror.code (wire/azure.md §2.5); OpenAI: code. With a 403: OpenRouter's sentence and its metadata (openrouter.ai,
    // "Moderation Errors"), xAI's sentence.
    private static readonly byte[][] ContentFilter =
    [
        [.. "content_filter"u8],
        [.. "ResponsibleAIPolicyViolation"u8],
        [.. "content_policy_violation"u8],
        [.. "input was flagged"u8],
        [.. "\"flagged_input\""u8],
        [.. "violates usage guidelines"u8],
    ];

    /// <summary>True when a refusal's words say that a filter flagged the prompt, whatever its status says.</summary>
    internal static bool IsFlagged(ProviderErrorAnswer? answer) => answer is not null && HasAny(answer.Body.Span, ContentFilter);

    internal static RefusalReason Of(GatewayError error, ProviderErrorAnswer? answer)
    {
        if (error.Kind != GatewayErrorKind.UpstreamRejected || answer is null) return RefusalReason.Other;
        var body = answer.Body.Span;
        if (HasAny(body, ContextLength)) return RefusalReason.ContextLength;
        return HasAny(body, ContentFilter) ? RefusalReason.ContentFilter : RefusalReason.Other;
    }

    /// <summary>The same of an error inside a 200, by its code and message.</summary>
    internal static RefusalReason Of(string? code, string? message)
    {
        Span<byte> text = stackalloc byte[LongestText];
        var length = Copy(code, text);
        text[length++] = (byte)'\n';
        length += Copy(message, text[length..]);
        if (HasAny(text[..length], ContextLength)) return RefusalReason.ContextLength;
        return HasAny(text[..length], ContentFilter) ? RefusalReason.ContentFilter : RefusalReason.Other;
    }

    // The phrases are ASCII, and stand at the beginning.
    private static int Copy(string? text, Span<byte> destination)
    {
        if (text is null) return 0;
        Encoding.UTF8.GetEncoder().Convert(text, destination[..Math.Min(destination.Length, LongestText / 2)], flush: true, out _, out var length, out _);
        return length;
    }

    private static bool HasAny(ReadOnlySpan<byte> body, byte[][] phrases)
    {
        foreach (var phrase in phrases)
        {
            if (body.IndexOf(phrase) >= 0) return true;
        }

        return false;
    }
}
