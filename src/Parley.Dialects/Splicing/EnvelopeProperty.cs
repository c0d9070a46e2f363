namespace Parley.Dialects.Splicing;

/// <summary>The top-level properties of a request that the gateway looks at. On the wire their names are in snake case.</summary>
public enum EnvelopeProperty
{
    Model,
    Stream,
    StreamOptions,
    Deployment,
    Endpoint,
    MaxTokens,
    MaxCompletionTokens,
    MaxOutputTokens,
    Temperature,
    N,
    User,
    PromptCacheKey,
    PreviousResponseId,
    ServiceTier,
    Store,
    Background,
    TopP,
    TopK,
    FrequencyPenalty,
    PresencePenalty,
    Logprobs,
    TopLogprobs,
    LogitBias,
    Stop,
    ReasoningEffort,
    Reasoning,
    Thinking,
    OutputConfig,
}
