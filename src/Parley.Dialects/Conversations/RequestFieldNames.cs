namespace Parley.Dialects.Conversations;

/// <summary>What each dialect calls a field: the path in a request, for losses and for messages.</summary>
public static class RequestFieldNames
{
    internal static readonly int Count = Enum.GetValues<RequestField>().Length;

    /// <summary>The field's path in the dialect, for example <c>generationConfig.seed</c>; our own name for one that the dialect does not have.</summary>
    public static string Of(RequestField field, Dialect dialect) => (dialect switch
    {
        Dialect.OpenAIChat => Chat(field),
        Dialect.OpenAIResponses => Responses(field),
        Dialect.AnthropicMessages => Messages(field),
        Dialect.BedrockConverse => Converse(field),
        Dialect.GeminiContent => Gemini(field),
        _ => null,
    }) ?? Snake(field);

    private static string? Chat(RequestField field) => field switch
    {
        RequestField.MaxOutputTokens => "max_completion_tokens",
        RequestField.ChoiceCount => "n",
        RequestField.ReasoningBudget => "reasoning.max_tokens",
        RequestField.ReasoningMode => "reasoning.enabled",
        RequestField.ReasoningSummary => "reasoning.exclude",
        RequestField.AudioOutput => "audio",
        RequestField.StopSequences => "stop",
        RequestField.OutputFormat => "response_format",
        _ => null,
    };

    private static string? Responses(RequestField field) => field switch
    {
        RequestField.Verbosity => "text.verbosity",
        RequestField.ReasoningEffort => "reasoning.effort",
        RequestField.ReasoningSummary => "reasoning.summary",
        RequestField.PreviousResponse => "previous_response_id",
        RequestField.OutputFormat => "text.format",
        _ => null,
    };

    private static string? Messages(RequestField field) => field switch
    {
        RequestField.MaxOutputTokens => "max_tokens",
        RequestField.User => "metadata.user_id",
        RequestField.ReasoningBudget => "thinking.budget_tokens",
        RequestField.ReasoningMode => "thinking.type",
        RequestField.ReasoningSummary => "thinking.display",
        RequestField.ReasoningEffort => "output_config.effort",
        RequestField.OutputFormat => "output_config.format",
        RequestField.ParallelToolCalls => "tool_choice.disable_parallel_tool_use",
        _ => null,
    };

    private static string? Converse(RequestField field) => field switch
    {
        RequestField.MaxOutputTokens => "inferenceConfig.maxTokens",
        RequestField.Temperature => "inferenceConfig.temperature",
        RequestField.TopP => "inferenceConfig.topP",
        RequestField.StopSequences => "inferenceConfig.stopSequences",
        RequestField.TopK => "additionalModelRequestFields.top_k",
        RequestField.ReasoningBudget => "additionalModelRequestFields.thinking.budget_tokens",
        RequestField.ReasoningMode => "additionalModelRequestFields.thinking.type",
        RequestField.ReasoningEffort => "additionalModelRequestFields.output_config.effort",
        RequestField.Metadata => "requestMetadata",
        RequestField.ServiceTier => "serviceTier",
        RequestField.Guardrail => "guardrailConfig",
        RequestField.Tools => "toolConfig.tools",
        RequestField.ToolChoice => "toolConfig.toolChoice",
        RequestField.OutputFormat => "outputConfig.textFormat",
        _ => null,
    };

    private static string? Gemini(RequestField field) => field switch
    {
        RequestField.MaxOutputTokens => "generationConfig.maxOutputTokens",
        RequestField.Temperature => "generationConfig.temperature",
        RequestField.TopP => "generationConfig.topP",
        RequestField.TopK => "generationConfig.topK",
        RequestField.FrequencyPenalty => "generationConfig.frequencyPenalty",
        RequestField.PresencePenalty => "generationConfig.presencePenalty",
        RequestField.Seed => "generationConfig.seed",
        RequestField.Logprobs => "generationConfig.responseLogprobs",
        RequestField.TopLogprobs => "generationConfig.logprobs",
        RequestField.ChoiceCount => "generationConfig.candidateCount",
        RequestField.StopSequences => "generationConfig.stopSequences",
        RequestField.Modalities => "generationConfig.responseModalities",
        RequestField.AudioOutput => "generationConfig.speechConfig",
        RequestField.ReasoningBudget => "generationConfig.thinkingConfig.thinkingBudget",
        RequestField.ReasoningEffort => "generationConfig.thinkingConfig.thinkingLevel",
        RequestField.ReasoningSummary => "generationConfig.thinkingConfig.includeThoughts",
        RequestField.OutputFormat => "generationConfig.responseJsonSchema",
        RequestField.ToolChoice => "toolConfig.functionCallingConfig",
        RequestField.Metadata => "labels",
        RequestField.SafetySettings => "safetySettings",
        RequestField.CachedContent => "cachedContent",
        _ => null,
    };

    private static string Snake(RequestField field) => SnakeNames[(int)field];

    private static readonly string[] SnakeNames = [.. Enum.GetNames<RequestField>().Select(name =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString())))];
}
