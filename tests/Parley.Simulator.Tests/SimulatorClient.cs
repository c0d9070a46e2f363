using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace Parley.Simulator.Tests;

/// <summary>What the tests say to a simulator and how they read its answers.</summary>
internal static class SimulatorClient
{
    public const string Hello = """{"model":"gpt-4o","messages":[{"role":"user","content":"hello world"}]}""";
    public const string HelloStream = """{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"hello world"}]}""";
    public const string Chat = "/v1/chat/completions";

    /// <summary>So long may anything take that is expected to happen.</summary>
    public static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    public static HttpRequestMessage Post(string path, string body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    public static Task<HttpResponseMessage> SendAsync(this HttpClient client, string path, string body, params (string Name, string Value)[] headers) =>
        client.SendAsync(Post(path, body, headers), HttpCompletionOption.ResponseHeadersRead, Soon);

    public static async Task<JsonElement> AskAsync(this HttpClient client, string path, string body, params (string Name, string Value)[] headers)
    {
        using var response = await client.SendAsync(path, body, headers);
        var text = await response.Content.ReadAsStringAsync(Soon);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The data of every event, <c>[DONE]</c> included.</summary>
    public static async Task<List<string>> EventsAsync(this HttpClient client, string path, string body, params (string Name, string Value)[] headers)
    {
        using var response = await client.SendAsync(path, body, headers);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = new List<string>();
        await foreach (var one in SseParser.Create(await response.Content.ReadAsStreamAsync(Soon)).EnumerateAsync(Soon))
            events.Add(one.Data);
        return events;
    }

    public static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
