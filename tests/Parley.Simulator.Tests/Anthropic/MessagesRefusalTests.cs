using static Parley.Simulator.Tests.SimulatorClient;

namespace Parley.Simulator.Tests.Anthropic;

/// <summary>Each refusal of Messages: the request, and the whole body that answers it.</summary>
public sealed class MessagesRefusalTests : IAsyncLifetime
{
    private const string Hi = """{"role":"user","content":"hi"}""";
    private const string Tool = """ "tools":[{"name":"t","input_schema":{"type":"object"}}] """;
    private const string Use = """{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"t","input":{}}]}""";
    private const string Result = """{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"ok"}]}""";

    private SimulatorHost host = null!;
    private HttpClient client = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.StartAsync(new SimulatorOptions { Keys = ["right"] }, Soon);
        client = host.CreateClient(key: null);
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { """{"model":"M","messages":[HI]}""", "max_tokens: Field required" },
        { """{"model":"M","max_tokens":9,"messages":[]}""", "messages: at least one message is required" },
        { """{"model":"M","max_tokens":999999,"messages":[HI]}""", "max_tokens: 999999 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5" },
        { """{"model":"M","max_tokens":9,"messages":[{"role":"assistant","content":"x"}]}""", "messages: first message must use the \"user\" role" },
        { """{"model":"M","max_tokens":9,"messages":[{"role":"system","content":"x"}]}""", "messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter, not \"system\" as an input message role." },
        { """{"model":"M","max_tokens":9,"foo":1,"messages":[HI]}""", "foo: Extra inputs are not permitted" },
        { """{"model":"M","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"x","foo":1}]}]}""", "messages.0.content.0.text.foo: Extra inputs are not permitted" },
        { """{"model":"M","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":""}]}]}""", "messages: text content blocks must be non-empty" },
        { """{"model":"M","max_tokens":9,"messages":[{"role":"user","content":""}]}""", "messages.0: all messages must have non-empty content except for the optional final assistant message" },
        { """{"model":"M","max_tokens":9,"messages":[RESULT]}""", "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: a. Each `tool_result` block must have a corresponding `tool_use` block in the previous message." },
        { """{"model":"M","max_tokens":9,TOOL,"messages":[HI,USE,HI]}""", "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: a. Each `tool_use` block must have a corresponding `tool_result` block in the next message." },
        { """{"model":"M","max_tokens":9,"messages":[HI,{"role":"assistant","content":[{"type":"thinking","thinking":"x"}]},HI]}""", "messages.1.content.0.thinking.signature: Field required" },
        { """{"model":"M","max_tokens":9,"messages":[HI,{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"RXZYQ0"}]},HI]}""", "messages.1.content.0: Invalid `signature` in `thinking` block" },
        { """{"model":"M","max_tokens":9,"messages":[HI,{"role":"assistant","content":[{"type":"redacted_thinking","data":"RXZYQ0"}]},HI]}""", "messages.1.content.0: Invalid `data` in `redacted_thinking` block" },
        { """{"model":"M","max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":1000},"messages":[HI]}""", "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024" },
        { """{"model":"M","max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":2000},"messages":[HI]}""", "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size" },
        { """{"model":"M","max_tokens":2000,"temperature":0.5,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[HI]}""", "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking" },
        { """{"model":"M","max_tokens":2000,TOOL,"tool_choice":{"type":"any"},"thinking":{"type":"enabled","budget_tokens":1024},"messages":[HI]}""", "Thinking may not be enabled when tool_choice forces tool use." },
        { """{"model":"M","max_tokens":2000,TOOL,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[HI,USE,RESULT]}""", "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable `thinking`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking" },
        { """{"model":"M","max_tokens":9,"thinking":{"type":"adaptive"},"messages":[HI]}""", "adaptive thinking is not supported on this model" },
        { """{"model":"claude-opus-4-7","max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[HI]}""", "\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\" and \"output_config.effort\" to control thinking behavior." },
        { """{"model":"claude-opus-4-7","max_tokens":9,"temperature":0.5,"messages":[HI]}""", "`temperature` is deprecated for this model." },
        { """{"model":"M","max_tokens":9,"temperature":0.5,"top_p":0.5,"messages":[HI]}""", "`temperature` and `top_p` cannot both be specified for this model. Please use only one." },
        { """{"model":"claude-opus-4-6","max_tokens":9,"messages":[HI,{"role":"assistant","content":"So"}]}""", "This model does not support assistant message prefill. The conversation must end with a user message." },
        { """{"model":"M","max_tokens":9,"messages":[HI,{"role":"assistant","content":"So "}]}""", "messages: final assistant content cannot end with trailing whitespace" },
        { """{"model":"M","max_tokens":9,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/bmp","data":"AAAA"}}]}]}""", "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'" },
        { """{"model":"M","max_tokens":9,"messages":[{"role":"user","content":[TEXT,TEXT,TEXT,TEXT,TEXT]}]}""", "A maximum of 4 blocks with cache_control may be provided. Found 5." },
        { """{"model":"M","max_tokens":9,"tools":[{"name":"a b","input_schema":{"type":"object"}}],"messages":[HI]}""", "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'" },
        { """{"model":"M","max_tokens":9,"tools":[{"name":"a"}],"messages":[HI]}""", "tools.0.custom.input_schema: Field required" },
        { """{"model":"M","max_tokens":9,"messages":[HI,{"role":"assistant","content":[{"type":"tool_use","id":"a|b","name":"t","input":{}}]}]}""", "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'" },
        { """{"model":"M","max_tokens":9,TOOL,"tool_choice":{"type":"tool","name":"u"},"messages":[HI]}""", "Tool 'u' not found in provided tools" },
        { """{"model":"M","max_tokens":9,"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{}}}},"messages":[HI]}""", "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false" },
        { """{"model":"M","max_tokens":9,"stop_sequences":[" "],"messages":[HI]}""", "stop_sequences: each stop sequence must contain non-whitespace" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task BadRequest_IsRefusedInAnthropicsWords(string body, string message)
    {
        body = body.Replace("\"M\"", "\"claude-sonnet-4-5\"", StringComparison.Ordinal).Replace("HI", Hi, StringComparison.Ordinal).Replace("TOOL", Tool, StringComparison.Ordinal)
            .Replace("RESULT", Result, StringComparison.Ordinal).Replace("USE", Use, StringComparison.Ordinal)
            .Replace("TEXT", """{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}""", StringComparison.Ordinal);
        await RefusesAsync(Post("/v1/messages", body, ("x-api-key", "right"), ("anthropic-version", "2023-06-01")), 400, "invalid_request_error", message);
    }

    [Fact]
    public async Task HeadersAndModel_AreChecked()
    {
        var body = """{"model":"claude-9","max_tokens":9,"messages":[{"role":"user","content":"x"}]}""";
        await RefusesAsync(Post("/v1/messages", body, ("anthropic-version", "2023-06-01")), 401, "authentication_error", "x-api-key header is required");
        await RefusesAsync(Post("/v1/messages", body, ("anthropic-version", "2023-06-01"), ("x-api-key", "wrong")), 401, "authentication_error", "invalid x-api-key");
        await RefusesAsync(Post("/v1/messages", body, ("x-api-key", "right")), 400, "invalid_request_error", "anthropic-version: header is required");
        await RefusesAsync(Post("/v1/messages", body, ("x-api-key", "right"), ("anthropic-version", "2023-06-01")), 404, "not_found_error", "model: claude-9");
        await RefusesAsync(Post("/anthropic/v1/messages", body, ("Authorization", "Bearer right"), ("anthropic-version", "2023-06-01")), 404, "not_found_error", "model: claude-9");
        await RefusesAsync(Post("/v1/messages/nothing", body, ("x-api-key", "right")), 404, "not_found_error", "Not Found");
    }

    [Theory]
    [InlineData("""{"model":"M","max_tokens":9,"temperature":1,"messages":[HI]}""", "temperature: Extra inputs are not permitted")]
    [InlineData("""{"model":"M","max_tokens":9,"top_k":5,"messages":[HI]}""", "top_k: Extra inputs are not permitted")]
    [InlineData("""{"model":"M","max_tokens":9,"messages":[HI,{"role":"assistant","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"x"}}]},HI]}""", "messages.1.content.0: `document` blocks are not permitted in `assistant` messages")]
    [InlineData("""{"model":"M","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"x","citations":[{"type":"char_location"}]}]}]}""", "messages.0.content.0: `citations` are not permitted on `text` blocks in `user` messages")]
    public async Task NewestVersion_RefusesWhatItTookAway(string body, string message)
    {
        body = body.Replace("\"M\"", "\"claude-sonnet-4-5\"", StringComparison.Ordinal).Replace("HI", Hi, StringComparison.Ordinal);
        await RefusesAsync(Post("/v1/messages", body, ("x-api-key", "right"), ("anthropic-version", "2026-10-21")), 400, "invalid_request_error", message);
    }

    [Fact]
    public async Task Thread_IsABetaAndNeverKept()
    {
        const string Beta = "message-threads-2026-08-12";
        var begin = $$"""{"model":"claude-sonnet-4-5","max_tokens":9,"thread":{"type":"create"},"messages":[{{Hi}}]}""";
        var goOn = begin.Replace("{\"type\":\"create\"}", "{\"type\":\"continue\",\"previous_message_id\":\"msg_1\"}", StringComparison.Ordinal);
        await RefusesAsync(
            Post("/v1/messages", begin, ("x-api-key", "right"), ("anthropic-version", "2026-10-21")), 400, "invalid_request_error", "thread: Extra inputs are not permitted");
        var begun = await Received.OfAsync(client, Post("/v1/messages", begin, ("x-api-key", "right"), ("anthropic-version", "2026-10-21"), ("anthropic-beta", Beta)));
        Assert.Equal(200, begun.Status);
        var gone = await Received.OfAsync(client, Post("/v1/messages", goOn, ("x-api-key", "right"), ("anthropic-version", "2026-10-21"), ("anthropic-beta", Beta)));
        Assert.Equal((404, "not_found_error"), (gone.Status, gone.Json.GetProperty("error").GetProperty("type").GetString()));
        Assert.Equal("""{"error_code":"thread_not_found"}""", gone.Json.GetProperty("error").GetProperty("details").GetRawText());
    }

    private async Task RefusesAsync(HttpRequestMessage request, int status, string type, string message)
    {
        var received = await Received.OfAsync(client, request);
        Assert.Equal((status, message), (received.Status, received.Json.GetProperty("error").GetProperty("message").GetString()));
        Assert.Equal(type, received.Json.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(["type", "error", "request_id"], received.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["type", "message"], received.Json.GetProperty("error").EnumerateObject().Select(p => p.Name));
    }
}
