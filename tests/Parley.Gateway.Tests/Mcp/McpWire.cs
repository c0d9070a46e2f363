using System.Text.Json.Nodes;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Mcp;

/// <summary>Messages to <c>/mcp</c> as bytes, for what no client library would send.</summary>
internal static class McpWire
{
    internal const string Stateless = "2026-07-28";
    internal const string Accepted = "application/json, text/event-stream";

    /// <summary>What a request of revision 2026-07-28 says of itself.</summary>
    internal const string Meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    /// <summary>A request of revision 2026-07-28; <paramref name="parameters"/> are the members beside <c>_meta</c>.</summary>
    internal static string Request(string method, string parameters = "", string meta = Meta) =>
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"" + method + "\",\"params\":{" + parameters + (parameters.Length > 0 && meta.Length > 0 ? "," : "") + meta + "}}";

    /// <summary>The headers of such a request; null leaves one out.</summary>
    internal static (string, string?)[] Headers(string? method, string? name = null, string? revision = Stateless) =>
        [("MCP-Protocol-Version", revision), ("Mcp-Method", method), ("Mcp-Name", name)];

    internal static HttpRequestMessage Post(string body, params ReadOnlySpan<(string Name, string? Value)> headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = GatewayCalls.Json(body) };
        request.Headers.TryAddWithoutValidation("Accept", Accepted);
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            if (value is not null) request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>Posts and reads the answer to its end.</summary>
    internal static async Task<(int Status, string Text)> PostAsync(this GatewayHost gateway, string body, params (string Name, string? Value)[] headers)
    {
        using var answer = await gateway.Client.SendAsync(Post(body, headers), GatewayCalls.Limit());
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(GatewayCalls.Limit()));
    }

    /// <summary>The message of an answer: the data of its last event, or the body itself.</summary>
    internal static JsonNode Message(string text)
    {
        var data = text.Split('\n').LastOrDefault(static line => line.StartsWith("data: ", StringComparison.Ordinal));
        return JsonNode.Parse(data is null ? text : data["data: ".Length..])!;
    }

    /// <summary>Makes a key and gives its value.</summary>
    internal static async Task<string> KeyAsync(this GatewayHost gateway, string body)
    {
        var (status, text, _) = await gateway.CallAsync("/admin/keys", body);
        Assert.Equal(201, status);
        return (string)JsonNode.Parse(text)!["key"]!;
    }
}
