using System.Globalization;

namespace Parley.Simulator;

/// <summary>The faults that are an error status, in each vendor's words.</summary>
internal static class StatusFaults
{
    public static SimulatedReply Reply(SimulatedCall call, TimeProvider time)
    {
        var fault = call.Fault;
        return fault.Name switch
        {
            "502" or "504" => Page(int.Parse(fault.Name, CultureInfo.InvariantCulture)),
            _ => (call.Vendor switch
            {
                Vendor.Anthropic or Vendor.AzureAnthropic => AnthropicFaults.Refusal(call),
                Vendor.Gemini => GeminiFaults.Refusal(call),
                Vendor.Bedrock => BedrockFaults.Refusal(call),
                _ => Refusal(call),
            } with
            { Headers = Headers(fault, time) }).ToReply(call),
        };
    }

    /// <summary>The error that a stream, or a 200, carries inside: the vendor's server error, or the one the fault's argument names.</summary>
    public static Refusal Inside(SimulatedCall call) => call.Vendor switch
    {
        Vendor.Anthropic or Vendor.AzureAnthropic => AnthropicFaults.Inside(call),
        Vendor.Gemini => GeminiFaults.Inside(call),
        Vendor.Bedrock => BedrockFaults.Inside(call),
        _ => ServerError,
    };

    private static Refusal ServerError { get; } =
        new(200, "The server had an error while processing your request. Sorry about that!", Type: "server_error", Code: "server_error");

    // How long to wait, in the four ways in which it is said or not.
    private static KeyValuePair<string, string>[] Headers(FaultChoice fault, TimeProvider time) => fault.Name switch
    {
        "429" => [new("Retry-After", fault.Count(1).ToString(CultureInfo.InvariantCulture))],
        "429-date" => [new("Retry-After", time.GetUtcNow().AddSeconds(fault.Count(1)).ToString("R", CultureInfo.InvariantCulture))],
        "429-ms" => [new("retry-after-ms", fault.Count(1000).ToString(CultureInfo.InvariantCulture))],
        "503" when fault.Argument is { } seconds => [new("Retry-After", seconds)],
        _ => [],
    };

    private static Refusal Refusal(SimulatedCall call)
    {
        var (fault, azure) = (call.Fault, call.Vendor is Vendor.Azure or Vendor.Foundry);
        return fault.Name switch
        {
            "400-content-filter" => ContentFilter(),
            "400-context-length" => new Refusal(400, "This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens. "
                + "Please reduce the length of the messages.", Param: "messages", Code: "context_length_exceeded"),
            "401" => call.Vendor == Vendor.Foundry ? FoundryRefusal.NoToken : azure ? Credentials.AzureDenied(keyGiven: true) : Credentials.OpenAIDenied("sk-simulated-key"),
            "403" => azure
                ? Parley.Simulator.Refusal.FrontDoor(403, "403", "Access denied due to Virtual Network/Firewall rules.")
                : new Refusal(403, "You are not allowed to sample from this model", Type: "invalid_request_error", Code: "permission_denied"),
            "404" => call.Vendor == Vendor.Foundry ? FoundryRoutes.NotFound : azure ? CommonRules.DeploymentNotFound : CommonRules.ModelNotFound(call.Model ?? "unknown"),
            "408" => new Refusal(408, "Operation was timeout.", Type: "server_error", Code: azure ? "Timeout" : null),
            "429-quota" => new Refusal(429, "You exceeded your current quota, please check your plan and billing details. For more information on this error, "
                + "read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.", Type: "insufficient_quota", Code: "insufficient_quota"),
            "429" or "429-date" or "429-ms" or "429-bare" => RateLimited(azure),
            "503" => new Refusal(503, "The engine is currently overloaded, please try again later.", Type: "server_error"),
            "529" => new Refusal(529, "Overloaded", Type: "overloaded_error"),
            _ => ServerError with { Status = 500, Code = null },
        };
    }

    private static Refusal RateLimited(bool azure) => azure
        ? Parley.Simulator.Refusal.FrontDoor(429, "429", "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded "
            + "token rate limit of your current OpenAI S0 pricing tier. Please retry after 1 second.")
        : new Refusal(429, "Rate limit reached for requests. Please try again later.", Type: "requests", Code: "rate_limit_exceeded");

    // Recorded and documented in wire/azure.md: singular "content_filter_result" in live traffic.
    private static Refusal ContentFilter() => new(400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
        + "Please modify your prompt and retry.", Type: null, Param: "prompt", Code: "content_filter")
    {
        More = static writer =>
        {
            writer.WriteNumber("status", 400);
            writer.WriteStartObject("innererror");
            writer.WriteString("code", "ResponsibleAIPolicyViolation");
            writer.WriteStartObject("content_filter_result");
            foreach (var category in (string[])["hate", "jailbreak", "self_harm", "sexual", "violence"])
            {
                writer.WriteStartObject(category);
                writer.WriteBoolean("filtered", category == "violence");
                if (category == "jailbreak")
                    writer.WriteBoolean("detected", false);
                else
                    writer.WriteString("severity", category == "violence" ? "medium" : "safe");
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        },
    };

    private static SimulatedReply Page(int status)
    {
        var reason = status == 502 ? "Bad Gateway" : "Gateway Time-out";
        return new SimulatedReply
        {
            Status = status,
            ContentType = "text/html",
            Body = System.Text.Encoding.ASCII.GetBytes($"<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n<center><h1>{status} {reason}</h1></center>\r\n</body>\r\n</html>\r\n"),
        };
    }
}
