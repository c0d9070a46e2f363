using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Ingress;
using Parley.Gateway.Telemetry;

namespace Parley.Gateway.Tests.Harness;

/// <summary>What tests ask of a gateway again and again: calls with a body as text, the record of a call, and whether anything is left over.</summary>
internal static class GatewayCalls
{
    /// <summary>Everything that a test waits for comes within this, or never; generous, because the machine may be busy.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal const string Chat = "/v1/chat/completions";
    internal const string Responses = "/v1/responses";

    /// <summary>A token that ends a test which would otherwise wait for ever.</summary>
    internal static CancellationToken Limit() => new CancellationTokenSource(Patience, TimeProvider.System).Token;

    /// <summary>A request body: chat for <see cref="Chat"/>, a response for <see cref="Responses"/>.</summary>
    internal static string Body(string path, bool stream, string model = "gpt", string text = "tell me a little more") => path == Responses
        ? $$"""{"model":"{{model}}","input":"{{text}}","stream":{{(stream ? "true" : "false")}}}"""
        : $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{text}}"}],"stream":{{(stream ? "true" : "false")}}}""";

    internal static ByteArrayContent Json(string body) => new(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>Posts and returns when the headers have come.</summary>
    internal static Task<HttpResponseMessage> SendAsync(this GatewayHost gateway, string path, string body, CancellationToken cancellation) =>
        gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) }, HttpCompletionOption.ResponseHeadersRead, cancellation);

    /// <summary>Posts and returns the status, the whole body and the request's id.</summary>
    internal static async Task<(int Status, string Text, string RequestId)> CallAsync(this GatewayHost gateway, string path, string body)
    {
        using var answer = await gateway.SendAsync(path, body, Limit());
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Limit()), answer.Headers.GetValues("x-request-id").Single());
    }

    /// <summary>The record of a request; the newest one when the request has no known id.</summary>
    internal static async Task<JsonElement> RecordAsync(this GatewayHost gateway, string? requestId = null)
    {
        var query = requestId is null ? "limit=1" : "requestId=" + requestId;
        while (true)
        {
            var text = await gateway.Client.GetStringAsync("/admin/requests?" + query, Limit());
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.GetProperty("items") is var items && items.GetArrayLength() > 0) return items[0].Clone();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Limit());
        }
    }

    /// <summary><c>{truncated} {aborted} {estimated} {error}</c> of a record, as words.</summary>
    internal static string Flags(this JsonElement record)
    {
        var words = new[] { "truncated", "aborted", "estimated" }.Where(name => record.GetProperty(name).GetBoolean()).ToList();
        if (record.GetProperty("error").GetString() is { } error) words.Add(error);
        return string.Join(' ', words);
    }

    /// <summary>Input and cached, then output and reasoning tokens of a record or a usage total.</summary>
    internal static (long Input, long CacheRead, long Output, long Reasoning) Tokens(this JsonElement record) => (
        record.GetProperty("inputTokens").GetInt64(), record.GetProperty("cacheReadTokens").GetInt64(),
        record.GetProperty("outputTokens").GetInt64(), record.GetProperty("reasoningTokens").GetInt64());

    /// <summary>Waits until no request is in flight and no buffered byte is held; a leak makes it fail.</summary>
    internal static async Task AssertNothingLeftAsync(this GatewayHost gateway)
    {
        var metrics = gateway.Services.GetRequiredService<GatewayMetrics>();
        var budget = gateway.Services.GetRequiredService<BufferedBytesBudget>();
        var limit = Limit();
        while (metrics.InFlight != 0 || budget.Reserved != 0)
        {
            Assert.False(limit.IsCancellationRequested, $"{metrics.InFlight} requests in flight, {budget.Reserved} bytes held");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }
}
