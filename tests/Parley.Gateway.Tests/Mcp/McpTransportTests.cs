using System.Net;
using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;
using static Parley.Gateway.Tests.Mcp.McpWire;

namespace Parley.Gateway.Tests.Mcp;

[Trait("Contract", "4.mcp")]
public sealed class McpTransportTests(McpTransportTests.OneGateway one) : IClassFixture<McpTransportTests.OneGateway>
{
    private const string Initialize = """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"{0}","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""";

    private GatewayHost Gateway => one.Gateway;

    [Theory]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("2025-06-18", "2025-06-18")]
    [InlineData("2025-03-26", "2025-11-25")]
    [InlineData("2024-11-05", "2025-11-25")]
    [InlineData("2026-07-28", "2025-11-25")]
    [InlineData("nonsense", "2025-11-25")]
    public async Task Initialize_OfAnyRevision_IsAnsweredWithOneThatIsSpokenHere(string asked, string agreed)
    {
        var (status, text) = await Gateway.PostAsync(Initialize.Replace("{0}", asked, StringComparison.Ordinal));
        Assert.Equal(200, status);
        Assert.Equal(agreed, (string)Message(text)["result"]!["protocolVersion"]!);
    }

    [Fact]
    public async Task Answer_OfARequest_IsAStreamThatNothingBuffersWithoutASession()
    {
        using var answer = await Gateway.Client.SendAsync(Post(Request("tools/list"), Headers("tools/list")), GatewayCalls.Limit());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no", answer.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.False(answer.Headers.Contains("Mcp-Session-Id"));
        Assert.StartsWith("event: message\ndata: {", await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discover_NamesTheThreeRevisionsAndWhatIsOffered()
    {
        var (status, text) = await Gateway.PostAsync(Request("server/discover"), Headers("server/discover"));
        var result = Message(text)["result"]!;
        Assert.Equal(200, status);
        Assert.Equal("""["2026-07-28","2025-11-25","2025-06-18"]""", result["supportedVersions"]!.ToJsonString());
        Assert.Equal(["completions", "prompts", "resources", "tools"], result["capabilities"]!.AsObject().Select(static one => one.Key).Order());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/event-stream")]
    [InlineData(null)]
    public async Task Accept_WithoutBothKinds_Is406(string? accept)
    {
        var (status, text) = await Gateway.PostAsync(Request("tools/list"), [.. Headers("tools/list"), ("Accept", accept)]);
        Assert.Equal(406, status);
        Assert.Equal("The client must accept both kinds of answers: send Accept: application/json, text/event-stream.", (string)Message(text)["error"]!["message"]!);
    }

    [Fact]
    public async Task Accept_OfAnything_IsBothKinds() =>
        Assert.Equal(200, (await Gateway.PostAsync(Request("tools/list"), [.. Headers("tools/list"), ("Accept", "*/*;q=0.8")])).Status);

    [Theory]
    [InlineData("1999-01-01")]
    [InlineData("2025-03-26")]
    [InlineData("2026-07-28, 2025-11-25")]
    public async Task Version_ThatIsNotSpokenHere_Is400AndNamesThoseThatAre(string revision)
    {
        var (status, text) = await Gateway.PostAsync(Request("tools/list"), Headers("tools/list", null, revision));
        Assert.Equal(400, status);
        Assert.Equal(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32022,\"message\":\"Revision " + revision + " is not spoken here, but 2026-07-28, 2025-11-25, 2025-06-18 are.\","
            + "\"data\":{\"supported\":[\"2026-07-28\",\"2025-11-25\",\"2025-06-18\"],\"requested\":\"" + revision + "\"}}}",
            text);
    }

    [Theory]
    [InlineData("initialize")]
    [InlineData("ping")]
    [InlineData("logging/setLevel")]
    [InlineData("resources/subscribe")]
    [InlineData("resources/unsubscribe")]
    [InlineData("tools/destroy")]
    public async Task Method_ThatTheRevisionDoesNotHave_Is404(string method)
    {
        var (status, text) = await Gateway.PostAsync(Request(method), Headers(method));
        Assert.Equal((404, -32601, 7), (status, (int)Message(text)["error"]!["code"]!, (int)Message(text)["id"]!));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list"}""", "tools/list", null, "2026-07-28", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":3}}""", "tools/list", null, "2026-07-28", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/clientCapabilities":{}}}}""", "tools/list", null, "2026-07-28", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}""", "tools/list", null, "2026-07-28", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2025-11-25","io.modelcontextprotocol/clientCapabilities":{}}}}""", "tools/list", null, "2026-07-28", -32020)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""", "tools/list", null, null, -32020)]
    [InlineData("""{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""", "tools/list", null, "2025-11-25", -32020)]
    public async Task Headers_ThatDoNotFitTheMessagesMeta_Are400(string body, string method, string? name, string? revision, int code)
    {
        var (status, text) = await Gateway.PostAsync(body, Headers(method, name, revision));
        Assert.Equal((400, code, 7), (status, (int)Message(text)["error"]!["code"]!, (int)Message(text)["id"]!));
    }

    [Theory]
    [InlineData("tools/list", "", null, null, "The header Mcp-Method is missing.")]
    [InlineData("tools/list", "", "TOOLS/LIST", null, "The header Mcp-Method says TOOLS/LIST, the message tools/list.")]
    [InlineData("tools/list", "", "tools/list, tools/list", null, "The header Mcp-Method says tools/list, tools/list, the message tools/list.")]
    [InlineData("tools/call", "\"name\":\"list_models\"", "tools/call", null, "The header Mcp-Name is missing.")]
    [InlineData("tools/call", "\"name\":\"list_models\"", "tools/call", "other", "The header Mcp-Name is not the message's params.name.")]
    [InlineData("tools/call", "\"name\":\"list_models\"", "tools/call", "=?base64?!!?=", "The header Mcp-Name is not the message's params.name.")]
    [InlineData("tools/call", "\"name\":3", "tools/call", "3", "The header Mcp-Name is not the message's params.name.")]
    [InlineData("prompts/get", "\"name\":\"p\"", "prompts/get", "q", "The header Mcp-Name is not the message's params.name.")]
    [InlineData("resources/read", "\"uri\":\"parley://models\"", "resources/read", "parley://model", "The header Mcp-Name is not the message's params.uri.")]
    public async Task Headers_ThatDoNotRepeatTheMessage_Are400(string method, string parameters, string? said, string? name, string message)
    {
        var (status, text) = await Gateway.PostAsync(Request(method, parameters), Headers(said, name));
        Assert.Equal((400, -32020, message), (status, (int)Message(text)["error"]!["code"]!, (string)Message(text)["error"]!["message"]!));
    }

    [Fact]
    public async Task Name_InBase64_IsTheNameItself()
    {
        var (status, text) = await Gateway.PostAsync(Request("tools/call", "\"name\":\"list_models\""), Headers("tools/call", "=?base64?bGlzdF9tb2RlbHM=?="));
        Assert.Equal(200, status);
        Assert.NotNull(Message(text)["result"]!["structuredContent"]!["models"]);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    public async Task Method_OfHttpOtherThanPost_Is405AndNamesPost(string method)
    {
        using var answer = await Gateway.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/mcp"), GatewayCalls.Limit());
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
        Assert.Equal(
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":\"" + method + " is not possible here; possible: POST.\",\"data\":{\"code\":\"method_not_allowed\"}}}",
            await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));
    }

    [Fact]
    public async Task SessionId_OfAnotherServer_Is404BeforeAndPassedOverSince()
    {
        const string List = """{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{}}""";
        var (status, text) = await Gateway.PostAsync(List, ("MCP-Protocol-Version", "2025-11-25"), ("Mcp-Session-Id", "abc"));
        Assert.Equal((404, -32001), (status, (int)Message(text)["error"]!["code"]!));
        Assert.Equal(404, (await Gateway.PostAsync(List, ("Mcp-Session-Id", "abc"))).Status);
        Assert.Equal(200, (await Gateway.PostAsync(Request("tools/list"), [.. Headers("tools/list"), ("Mcp-Session-Id", "abc"), ("Last-Event-ID", "4")])).Status);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/initialized"}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/of-a-revision-to-come"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":4,"result":{}}""")]
    public async Task Notification_OfAnyKind_IsAcceptedWithoutABody(string body)
    {
        Assert.Equal((202, ""), await Gateway.PostAsync(body));
        Assert.Equal((202, ""), await Gateway.PostAsync(body, ("MCP-Protocol-Version", "2025-11-25")));
        Assert.Equal((202, ""), await Gateway.PostAsync(body, Headers("notifications/initialized")));
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("", -32700)]
    [InlineData("{} {}", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""", -32600)]
    [InlineData("{}", -32600)]
    [InlineData("3", -32600)]
    [InlineData("null", -32600)]
    [InlineData("""{"id":1,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"ping"}""", -32600)]
    public async Task Body_ThatIsNoMessage_Is400WithAJsonRpcError(string body, int code)
    {
        var (status, text) = await Gateway.PostAsync(body);
        Assert.Equal((400, code), (status, (int)JsonNode.Parse(text)!["error"]!["code"]!));
        Assert.Equal("2.0", (string)JsonNode.Parse(text)!["jsonrpc"]!);
        Assert.Null(JsonNode.Parse(text)!["id"]);
    }

    [Fact]
    public async Task Body_ThatNestsDeeply_Is400()
    {
        var (status, _) = await Gateway.PostAsync("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"x\":" + new string('[', 5000) + new string(']', 5000) + "}}");
        Assert.Equal(400, status);
    }

    [Fact]
    public async Task Body_OfMoreThanFourMebibytes_Is413()
    {
        var (status, text) = await Gateway.PostAsync(Request("tools/call", $"\"name\":\"{new string('x', 4 * 1024 * 1024)}\""), Headers("tools/call", "x"));
        Assert.Equal(413, status);
        Assert.Equal("The message is larger than 4194304 bytes. Send a smaller one.", (string)JsonNode.Parse(text)!["error"]!["message"]!);
        await Gateway.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Lists_OfTheStatelessRevision_SayHowLongTheyMayBeKeptAndThatTheyAreTheKeysOwn()
    {
        foreach (var (method, parameters, name) in new[]
        {
            ("tools/list", "", null), ("prompts/list", "", null), ("resources/list", "", null), ("resources/templates/list", "", null),
            ("resources/read", "\"uri\":\"parley://models\"", "parley://models"),
        })
        {
            var (_, text) = await Gateway.PostAsync(Request(method, parameters), Headers(method, name));
            var result = Message(text)["result"]!;
            Assert.Equal((60000, "private", "complete"), ((int)result["ttlMs"]!, (string)result["cacheScope"]!, (string)result["resultType"]!));
        }
    }

    [Theory]
    [InlineData("tools/list")]
    [InlineData("prompts/list")]
    [InlineData("resources/list")]
    [InlineData("resources/templates/list")]
    public async Task List_WithACursor_IsRefused(string method)
    {
        var (_, text) = await Gateway.PostAsync(Request(method, "\"cursor\":\"2\""), Headers(method));
        Assert.Equal(-32602, (int)Message(text)["error"]!["code"]!);
    }

    /// <summary>One gateway for all of them: they leave nothing behind.</summary>
    public sealed class OneGateway : IAsyncLifetime
    {
        internal GatewayHost Gateway { get; private set; } = null!;

        public async Task InitializeAsync() => Gateway = await GatewayHost.StartAsync();

        public async Task DisposeAsync() => await Gateway.DisposeAsync();
    }
}
