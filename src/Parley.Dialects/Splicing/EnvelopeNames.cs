namespace Parley.Dialects.Splicing;

/// <summary>The wire names of <see cref="EnvelopeProperty"/>, and the way back from bytes.</summary>
public static class EnvelopeNames
{
    internal const int Count = 43;

    // The longest name is 21 bytes; every one of them may be written as \uXXXX.
    private const int LongestEscapedName = 21 * 6;

    /// <summary>The name as it stands in a request, <c>max_tokens</c> for instance.</summary>
    public static string WireName(EnvelopeProperty property) => property switch
    {
        EnvelopeProperty.Model => "model",
        EnvelopeProperty.Stream => "stream",
        EnvelopeProperty.StreamOptions => "stream_options",
        EnvelopeProperty.Deployment => "deployment",
        EnvelopeProperty.Endpoint => "endpoint",
        EnvelopeProperty.MaxTokens => "max_tokens",
        EnvelopeProperty.MaxCompletionTokens => "max_completion_tokens",
        EnvelopeProperty.MaxOutputTokens => "max_output_tokens",
        EnvelopeProperty.Temperature => "temperature",
        EnvelopeProperty.N => "n",
        EnvelopeProperty.User => "user",
        EnvelopeProperty.PromptCacheKey => "prompt_cache_key",
        EnvelopeProperty.PreviousResponseId => "previous_response_id",
        EnvelopeProperty.ServiceTier => "service_tier",
        EnvelopeProperty.Store => "store",
        EnvelopeProperty.Background => "background",
        EnvelopeProperty.TopP => "top_p",
        EnvelopeProperty.TopK => "top_k",
        EnvelopeProperty.FrequencyPenalty => "frequency_penalty",
        EnvelopeProperty.PresencePenalty => "presence_penalty",
        EnvelopeProperty.Logprobs => "logprobs",
        EnvelopeProperty.TopLogprobs => "top_logprobs",
        EnvelopeProperty.LogitBias => "logit_bias",
        EnvelopeProperty.Stop => "stop",
        EnvelopeProperty.ReasoningEffort => "reasoning_effort",
        EnvelopeProperty.Reasoning => "reasoning",
        EnvelopeProperty.Thinking => "thinking",
        EnvelopeProperty.OutputConfig => "output_config",
        EnvelopeProperty.Tools => "tools",
        EnvelopeProperty.Contents => "contents",
        EnvelopeProperty.Messages => "messages",
        EnvelopeProperty.Input => "input",
        EnvelopeProperty.Instructions => "instructions",
        EnvelopeProperty.Prompt => "prompt",
        EnvelopeProperty.System => "system",
        EnvelopeProperty.Metadata => "metadata",
        EnvelopeProperty.SafetyIdentifier => "safety_identifier",
        EnvelopeProperty.SystemInstruction => "systemInstruction",
        EnvelopeProperty.SystemInstructionInSnakeCase => "system_instruction",
        EnvelopeProperty.GenerationConfig => "generationConfig",
        EnvelopeProperty.GenerationConfigInSnakeCase => "generation_config",
        EnvelopeProperty.CachedContent => "cachedContent",
        EnvelopeProperty.CachedContentInSnakeCase => "cached_content",
        _ => throw new ArgumentOutOfRangeException(nameof(property)),
    };

    /// <summary>The property of this name (between its quotes, escapes and all), or -1.</summary>
    internal static int Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestEscapedName) return -1;
        if (!name.Contains((byte)'\\')) return FindPlain(name);
        Span<byte> plain = stackalloc byte[LongestEscapedName];
        return JsonText.TryUnescapeAscii(name, plain, out var written) ? FindPlain(plain[..written]) : -1;
    }

    private static int FindPlain(ReadOnlySpan<byte> name) => (int)(name.Length switch
    {
        1 when name[0] == 'n' => EnvelopeProperty.N,
        4 when name.SequenceEqual("user"u8) => EnvelopeProperty.User,
        4 when name.SequenceEqual("stop"u8) => EnvelopeProperty.Stop,
        5 when name.SequenceEqual("model"u8) => EnvelopeProperty.Model,
        5 when name.SequenceEqual("store"u8) => EnvelopeProperty.Store,
        5 when name.SequenceEqual("top_p"u8) => EnvelopeProperty.TopP,
        5 when name.SequenceEqual("top_k"u8) => EnvelopeProperty.TopK,
        5 when name.SequenceEqual("tools"u8) => EnvelopeProperty.Tools,
        5 when name.SequenceEqual("input"u8) => EnvelopeProperty.Input,
        6 when name.SequenceEqual("stream"u8) => EnvelopeProperty.Stream,
        6 when name.SequenceEqual("system"u8) => EnvelopeProperty.System,
        6 when name.SequenceEqual("prompt"u8) => EnvelopeProperty.Prompt,
        8 when name.SequenceEqual("contents"u8) => EnvelopeProperty.Contents,
        8 when name.SequenceEqual("endpoint"u8) => EnvelopeProperty.Endpoint,
        8 when name.SequenceEqual("logprobs"u8) => EnvelopeProperty.Logprobs,
        8 when name.SequenceEqual("thinking"u8) => EnvelopeProperty.Thinking,
        8 when name.SequenceEqual("messages"u8) => EnvelopeProperty.Messages,
        8 when name.SequenceEqual("metadata"u8) => EnvelopeProperty.Metadata,
        9 when name.SequenceEqual("reasoning"u8) => EnvelopeProperty.Reasoning,
        10 when name.SequenceEqual("deployment"u8) => EnvelopeProperty.Deployment,
        10 when name.SequenceEqual("max_tokens"u8) => EnvelopeProperty.MaxTokens,
        10 when name.SequenceEqual("background"u8) => EnvelopeProperty.Background,
        10 when name.SequenceEqual("logit_bias"u8) => EnvelopeProperty.LogitBias,
        11 when name.SequenceEqual("temperature"u8) => EnvelopeProperty.Temperature,
        12 when name.SequenceEqual("instructions"u8) => EnvelopeProperty.Instructions,
        12 when name.SequenceEqual("service_tier"u8) => EnvelopeProperty.ServiceTier,
        12 when name.SequenceEqual("top_logprobs"u8) => EnvelopeProperty.TopLogprobs,
        13 when name.SequenceEqual("output_config"u8) => EnvelopeProperty.OutputConfig,
        13 when name.SequenceEqual("cachedContent"u8) => EnvelopeProperty.CachedContent,
        14 when name.SequenceEqual("stream_options"u8) => EnvelopeProperty.StreamOptions,
        14 when name.SequenceEqual("cached_content"u8) => EnvelopeProperty.CachedContentInSnakeCase,
        16 when name.SequenceEqual("prompt_cache_key"u8) => EnvelopeProperty.PromptCacheKey,
        16 when name.SequenceEqual("presence_penalty"u8) => EnvelopeProperty.PresencePenalty,
        16 when name.SequenceEqual("reasoning_effort"u8) => EnvelopeProperty.ReasoningEffort,
        16 when name.SequenceEqual("generationConfig"u8) => EnvelopeProperty.GenerationConfig,
        17 when name.SequenceEqual("max_output_tokens"u8) => EnvelopeProperty.MaxOutputTokens,
        17 when name.SequenceEqual("frequency_penalty"u8) => EnvelopeProperty.FrequencyPenalty,
        17 when name.SequenceEqual("safety_identifier"u8) => EnvelopeProperty.SafetyIdentifier,
        17 when name.SequenceEqual("systemInstruction"u8) => EnvelopeProperty.SystemInstruction,
        17 when name.SequenceEqual("generation_config"u8) => EnvelopeProperty.GenerationConfigInSnakeCase,
        18 when name.SequenceEqual("system_instruction"u8) => EnvelopeProperty.SystemInstructionInSnakeCase,
        20 when name.SequenceEqual("previous_response_id"u8) => EnvelopeProperty.PreviousResponseId,
        21 when name.SequenceEqual("max_completion_tokens"u8) => EnvelopeProperty.MaxCompletionTokens,
        _ => (EnvelopeProperty)(-1),
    });
}
