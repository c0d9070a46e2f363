namespace Parley.Gateway.Exchange;

/// <summary>What a provider's refusal of a request was about, where another target could still help.</summary>
internal enum RefusalReason
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>The prompt is longer than the model's context.</summary>
    ContextLength,

    /// <summary>The provider's filter refused the prompt.</summary>
    ContentFilter,
}
