namespace Parley.Simulator;

/// <summary>The faults that are errors, as Bedrock's runtime answers them (docs.aws.amazon.com, "Converse", errors).</summary>
internal static class BedrockFaults
{
    private static BedrockRefusal Throttled { get; } = new(429, "ThrottlingException", "Too many requests, please wait before trying again.");

    private static BedrockRefusal Unavailable { get; } = new(503, "ServiceUnavailableException", "Bedrock is unable to process your request.");

    private static BedrockRefusal TimedOut { get; } =
        new(408, "ModelTimeoutException", "Model has timed out in processing the request. Try your request again.");

    private static BedrockRefusal Internal { get; } =
        new(500, "InternalServerException", "The system encountered an unexpected error during processing. Try your request again.");

    // The exceptions a stream knows (docs.aws.amazon.com, "ConverseStreamOutput") and one that does not belong to it.
    public static Refusal Inside(SimulatedCall call) => call.Fault.Word switch
    {
        "throttlingException" => Throttled,
        "serviceUnavailableException" => Unavailable,
        "modelStreamErrorException" => new BedrockRefusal(424, "ModelStreamErrorException", "Model produced invalid sequence as part of ToolUse. Please refer to the model tool use troubleshooting guide."),
        "validationException" => BedrockRefusal.Validation("The model returned the following errors: Output blocked by content filtering policy"),
        "modelTimeoutException" => TimedOut,
        _ => Internal,
    };

    public static Refusal Refusal(SimulatedCall call) => call.Fault.Name switch
    {
        "400-content-filter" => BedrockRefusal.Validation("The model returned the following errors: Output blocked by content filtering policy"),
        "400-context-length" => BedrockRefusal.Validation("Input is too long for requested model."),
        // Bedrock itself answers 403 to every bad credential; the status is the fault's promise.
        "401" => new BedrockRefusal(401, "UnrecognizedClientException", "The security token included in the request is invalid."),
        "403" => new BedrockRefusal(403, "AccessDeniedException", "You don't have access to the model with the specified model ID."),
        "404" => new BedrockRefusal(404, "ResourceNotFoundException", "Could not resolve the foundation model from the provided model identifier."),
        "408" => TimedOut,
        "429-quota" => Throttled with { Message = "Too many tokens per day, please wait before trying again." },
        "429" or "429-date" or "429-ms" or "429-bare" => Throttled,
        "503" => Unavailable,
        "529" => Unavailable with { Status = 529 },
        _ => Internal,
    };
}
