using Parley.Gateway.Tests.Harness;
using static Parley.Gateway.Tests.Mcp.McpWire;

namespace Parley.Gateway.Tests.Mcp;

/// <summary>notifications/cancelled, by which clients of the revisions before 2026-07-28 give a call up.</summary>
[Trait("Contract", "4.mcp")]
public sealed class McpCancellationTests : IAsyncLifetime
{
    private const string Well = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"well"},"finish_reason":"stop"}]}""";

    private HeldUpstream _upstream = null!;
    private GatewayHost _gateway = null!;

    public async Task InitializeAsync()
    {
        _upstream = await HeldUpstream.StartAsync();
        _gateway = await GatewayHost.StartAsync(new GatewayHostOptions
        {
            Config = _ => $$"""
                {
                  "providers": { "held": { "type": "openai-compatible", "baseUrl": "{{_upstream.Address}}v1", "apiKey": "sk-held-upstream-0001" } },
                  "models": [ { "modelId": "gpt", "targets": [ { "provider": "held", "model": "m" } ] } ]
                }
                """,
        });
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("2025-11-25", "7")]
    [InlineData("2025-06-18", "7")]
    [InlineData("2025-06-18", "\"a-7\"")]
    [InlineData(null, "7")]
    public async Task Cancelled_OfACallInFlight_CancelsTheCallToTheProviderAndIsNotAnswered(string? revision, string id)
    {
        var call = CallAsync(_gateway.Client, revision, id);
        var held = await _upstream.NextAsync();
        Assert.Equal((202, ""), await _gateway.PostAsync(Cancelled(id), ("MCP-Protocol-Version", revision)));
        await held.Left;
        Assert.DoesNotContain("data:", await call, StringComparison.Ordinal);
        await _gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Cancelled_OfAnotherIdOrKeyOrKindOrRevision_LeavesTheCallAlone()
    {
        var call = CallAsync(_gateway.Client, "2025-11-25", "7");
        var held = await _upstream.NextAsync();
        using var other = _gateway.CreateClient(await _gateway.KeyAsync("""{"name":"other"}"""));
        foreach (var (client, revision, body) in new[]
        {
            (_gateway.Client, "2025-11-25", Cancelled("8")), (_gateway.Client, "2025-11-25", Cancelled("\"7\"")), (other, "2025-11-25", Cancelled("7")),
            (_gateway.Client, Stateless, Cancelled("7")), (_gateway.Client, "2025-11-25", Cancelled("{}")), (_gateway.Client, "2025-11-25", Cancelled("null")),
            (_gateway.Client, "2025-11-25", """{"jsonrpc":"2.0","method":"notifications/progress","params":{"requestId":7}}"""),
            (_gateway.Client, "2025-11-25", """{"jsonrpc":"2.0","method":"notifications/cancelled"}"""),
        })
        {
            using var answer = await client.SendAsync(Post(body, ("MCP-Protocol-Version", revision)), GatewayCalls.Limit());
            Assert.Equal(202, (int)answer.StatusCode);
        }

        Assert.False(held.Left.IsCompleted);
        await held.AnswerAsync(Well);
        Assert.Contains("well", await call, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_OfAnIdThatTwoCallsHave_CancelsNeither_AndTheOneThatIsLeftCanBe()
    {
        var first = CallAsync(_gateway.Client, "2025-11-25", "7");
        var heldFirst = await _upstream.NextAsync();
        var second = CallAsync(_gateway.Client, "2025-06-18", "7");
        var heldSecond = await _upstream.NextAsync();
        Assert.Equal((202, ""), await _gateway.PostAsync(Cancelled("7"), ("MCP-Protocol-Version", "2025-11-25")));
        Assert.False(heldFirst.Left.IsCompleted || heldSecond.Left.IsCompleted);
        await heldFirst.AnswerAsync(Well);
        Assert.Contains("well", await first, StringComparison.Ordinal);
        Assert.Equal((202, ""), await _gateway.PostAsync(Cancelled("7"), ("MCP-Protocol-Version", "2025-11-25")));
        await heldSecond.Left;
        Assert.DoesNotContain("data:", await second, StringComparison.Ordinal);
        await _gateway.AssertNothingLeftAsync();
    }

    private static string Cancelled(string id) => "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + id + ",\"reason\":\"enough\"}}";

    private static async Task<string> CallAsync(HttpClient client, string? revision, string id)
    {
        var body = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"completion\",\"arguments\":{}}}";
        using var answer = await client.SendAsync(Post(body, ("MCP-Protocol-Version", revision)), GatewayCalls.Limit());
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(GatewayCalls.Limit());
    }
}
