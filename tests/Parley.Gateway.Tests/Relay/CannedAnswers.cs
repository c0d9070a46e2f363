using Microsoft.AspNetCore.Http;

namespace Parley.Gateway.Tests.Relay;

/// <summary>The least answer of each kind of provider, for tests that look at what was sent.</summary>
internal static class CannedAnswers
{
    internal static async Task WriteAsync(HttpContext context, string provider)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(provider switch
        {
            "anthropic" => """{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"2"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}""",
            "gemini" => """{"candidates":[{"content":{"parts":[{"text":"2"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}""",
            _ when context.Request.Path.Value!.EndsWith("/responses", StringComparison.Ordinal) =>
                """{"id":"resp_1","object":"response","status":"completed","model":"g","output":[],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}""",
            _ => """{"id":"c","object":"chat.completion","created":1,"model":"g","choices":[{"index":0,"message":{"role":"assistant","content":"2"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""",
        });
    }
}
