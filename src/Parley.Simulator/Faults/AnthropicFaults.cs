namespace Parley.Simulator;

/// <summary>The faults that are errors, as Anthropic answers them (platform.claude.com, "Errors"; 429 and 529 as observed).</summary>
internal static class AnthropicFaults
{
    public static Refusal Inside(SimulatedCall call) => call.Fault.Word is { } type
        ? new AnthropicRefusal(StatusOf(type), type, type == "overloaded_error" ? "Overloaded" : "Internal server error")
        : new AnthropicRefusal(500, "api_error", "Internal server error");

    public static Refusal Refusal(SimulatedCall call) => call.Fault.Name switch
    {
        "400-content-filter" => AnthropicRefusal.Invalid("Output blocked by content filtering policy"),
        "400-context-length" => AnthropicRefusal.Invalid("prompt is too long: 210000 tokens > 200000 maximum"),
        "401" => AnthropicRefusal.Unauthenticated("invalid x-api-key"),
        "403" => new AnthropicRefusal(403, "permission_error", "Your API key does not have permission to use the specified resource."),
        "404" => AnthropicRefusal.NotFound($"model: {call.Model ?? "unknown"}"),
        "408" => new AnthropicRefusal(408, "timeout_error", "Request timed out"),
        "429-quota" => new AnthropicRefusal(429, "rate_limit_error",
            "You have reached your specified API usage limits. You will regain access on 2026-02-01 at 00:00 UTC."),
        "429" or "429-date" or "429-ms" or "429-bare" => new AnthropicRefusal(429, "rate_limit_error",
            "This request would exceed your organization's rate limit of 50 requests per minute. For details, refer to: https://docs.claude.com/en/api/rate-limits. "
            + "You can see the response headers for current usage. Please reduce the prompt length or the maximum tokens requested, or try again later."),
        "503" => new AnthropicRefusal(503, "api_error", "Service temporarily unavailable"),
        "529" => new AnthropicRefusal(529, "overloaded_error", "Overloaded"),
        _ => new AnthropicRefusal(500, "api_error", "Internal server error"),
    };

    private static int StatusOf(string type) => type switch
    {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "permission_error" => 403,
        "not_found_error" => 404,
        "rate_limit_error" => 429,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => 500,
    };
}
