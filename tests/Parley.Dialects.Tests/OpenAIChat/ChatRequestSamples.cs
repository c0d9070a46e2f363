namespace Parley.Dialects.Tests.OpenAIChat;

/// <summary>
/// One value for each property of OpenAI's CreateChatCompletionRequest (and the extensions of compatible servers that are read): for
/// tests that show that each is carried into another dialect or reported.
/// </summary>
public static class ChatRequestSamples
{
    /// <summary>The property, a value for it, and what else the request must hold for the value to make sense.</summary>
    public static readonly IReadOnlyList<(string Property, string Json, string Beside)> All =
    [
        ("metadata", """{"a":"b"}""", ""),
        ("top_logprobs", "3", "\"logprobs\":true"),
        ("temperature", "0.5", ""),
        ("top_p", "0.5", ""),
        ("user", "\"u1\"", ""),
        ("safety_identifier", "\"s1\"", ""),
        ("prompt_cache_key", "\"k1\"", ""),
        ("service_tier", "\"flex\"", ""),
        ("prompt_cache_retention", "\"24h\"", ""),
        ("prompt_cache_options", """{"ttl":"1h"}""", ""),
        ("messages", """[{"role":"user","content":"Hi"}]""", ""),
        ("model", "\"gpt-4.1\"", ""),
        ("modalities", """["text"]""", ""),
        ("verbosity", "\"low\"", ""),
        ("reasoning_effort", "\"low\"", ""),
        ("max_completion_tokens", "100", ""),
        ("frequency_penalty", "0.5", ""),
        ("presence_penalty", "0.5", ""),
        ("web_search_options", """{"search_context_size":"low"}""", ""),
        ("response_format", """{"type":"json_object"}""", ""),
        ("audio", """{"voice":"alloy","format":"wav"}""", "\"modalities\":[\"text\",\"audio\"]"),
        ("store", "true", ""),
        ("moderation", """{"model":"omni-moderation-latest"}""", ""),
        ("stream", "true", ""),
        ("stop", """["END"]""", ""),
        ("logit_bias", """{"50256":-100}""", ""),
        ("logprobs", "true", ""),
        ("max_tokens", "100", ""),
        ("n", "2", ""),
        ("prediction", """{"type":"content","content":"Hi"}""", ""),
        ("seed", "7", ""),
        ("stream_options", """{"include_usage":true,"include_obfuscation":false}""", "\"stream\":true"),
        ("tools", """[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{}},"strict":true}}]""", ""),
        ("tool_choice", "\"required\"", """
            "tools":[{"type":"function","function":{"name":"f"}}]
            """),
        ("parallel_tool_calls", "false", """
            "tools":[{"type":"function","function":{"name":"f"}}]
            """),
        ("function_call", """{"name":"f"}""", """
            "functions":[{"name":"f"}]
            """),
        ("functions", """[{"name":"f","description":"d","parameters":{"type":"object","properties":{}}}]""", ""),
        ("top_k", "40", ""),
        ("reasoning", """{"max_tokens":2000,"exclude":true}""", ""),
        ("thinking", """{"type":"enabled","budget_tokens":2000}""", ""),
        ("min_p", "0.1", ""),
    ];

    /// <summary>A whole request with that property.</summary>
    public static string Request((string Property, string Json, string Beside) sample)
    {
        var members = new List<string> { $"\"{sample.Property}\":{sample.Json}" };
        if (sample.Property != "model") members.Add("\"model\":\"gpt-4.1\"");
        if (sample.Property != "messages") members.Add("""
            "messages":[{"role":"user","content":"Hi"}]
            """);
        if (sample.Beside.Length > 0) members.Add(sample.Beside);
        return "{" + string.Join(',', members) + "}";
    }
}
