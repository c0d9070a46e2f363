using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Resilience.Hedging;

/// <summary>Answers that tell who gave them, in every byte that could be mixed with another's.</summary>
internal static class HedgeAnswers
{
    internal static string Plain(string path, string who) => path == GatewayCalls.Responses
        ? $$$$"""{"id":"resp_{{{{who}}}}","object":"response","status":"completed","model":"{{{{who}}}}","output":[{"type":"message","id":"msg_{{{{who}}}}","role":"assistant","content":[{"type":"output_text","text":"{{{{who}}}}"}]}],"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}"""
        : $$$$"""{"id":"{{{{who}}}}","object":"chat.completion","created":1,"model":"{{{{who}}}}","choices":[{"index":0,"message":{"role":"assistant","content":"{{{{who}}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""";

    /// <summary>What comes before any content.</summary>
    internal static string Prelude(string path, string who) => path == GatewayCalls.Responses
        ? Event("response.created", $$$$"""{"type":"response.created","response":{"id":"resp_{{{{who}}}}","status":"in_progress"}}""")
        : Chunk(who, """{"role":"assistant","content":""}""");

    internal static string Content(string path, string who, int number) => path == GatewayCalls.Responses
        ? Event("response.output_text.delta", $$$$"""{"type":"response.output_text.delta","item_id":"msg_{{{{who}}}}","delta":"{{{{who}}}}{{{{number}}}}"}""")
        : Chunk(who, $$$$"""{"content":"{{{{who}}}}{{{{number}}}}"}""");

    internal static string End(string path, string who) => path == GatewayCalls.Responses
        ? Event("response.completed", $$$$"""{"type":"response.completed","response":{"id":"resp_{{{{who}}}}","status":"completed","usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}}""")
        : $$$$"""data: {"id":"{{{{who}}}}","object":"chat.completion.chunk","created":1,"model":"{{{{who}}}}","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n";

    private static string Chunk(string who, string delta) =>
        $$$$"""data: {"id":"{{{{who}}}}","object":"chat.completion.chunk","created":1,"model":"{{{{who}}}}","choices":[{"index":0,"delta":{{{{delta}}}},"finish_reason":null}]}""" + "\n\n";

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";
}
