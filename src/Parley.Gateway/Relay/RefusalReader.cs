using Parley.Gateway.Exchange;

namespace Parley.Gateway.Relay;

/// <summary>Reads from a provider's own words what a refusal was about. Vendors have no common code for it, so their phrases are looked for.</summary>
internal static class RefusalReader
{
    // OpenAI and Azure: error.code; the sentence is that of vLLM and other compatible servers too. Anthropic: error.message. Gemini:
    // error.message. Bedrock: ValidationException's message.
    private static readonly byte[][] ContextLength =
    [
        [.. "context_length_exceeded"u8],
        [.. "maximum context length"u8],
        [.. "prompt is too long"u8],
        [.. "exceeds the maximum number of tokens"u8],
        [.. "Input is too long"u8],
        [.. "exceed context limit"u8],
    ];

    // Azure: code and innererror.code (wire/azure.md §2.5); OpenAI: code.
    private static readonly byte[][] ContentFilter =
    [
        [.. "content_filter"u8],
        [.. "ResponsibleAIPolicyViolation"u8],
        [.. "content_policy_violation"u8],
    ];

    internal static RefusalReason Of(GatewayError error, ProviderErrorAnswer? answer)
    {
        if (error.Kind != GatewayErrorKind.UpstreamRejected || answer is null) return RefusalReason.Other;
        var body = answer.Body.Span;
        if (HasAny(body, ContextLength)) return RefusalReason.ContextLength;
        return HasAny(body, ContentFilter) ? RefusalReason.ContentFilter : RefusalReason.Other;
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
