using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Parley.Gateway.Tests.Harness;

/// <summary>Requests and answers in a line each, and the words that must never leave by another way than the one they were sent on.</summary>
internal static class Wire
{
    /// <summary>In every prompt of these helpers; never in a log line or an error.</summary>
    internal const string Prompt = "prompt-marker-7f3a";

    /// <summary>The key of the upstream in these tests' configurations.</summary>
    internal const string UpstreamKey = "sk-upstream-secret-0001";

    /// <summary>In every caller's key of these tests but the admin's.</summary>
    internal const string CallerKey = "caller-key-marker";

    internal static string Chat(string model, string more = "") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{Prompt}}"}]{{more}}}""";

    internal static string Responses(string model, string more = "") => $$"""{"model":"{{model}}","input":"{{Prompt}}"{{more}}}""";

    internal static string Embeddings(string model) => $$"""{"model":"{{model}}","input":"{{Prompt}}"}""";

    internal static HttpContent Json(string text)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>Sends and reads the answer whole.</summary>
    internal static async Task<Answer> PostAsync(this HttpClient client, string path, string json, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(json) };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await client.FetchAsync(request);
    }

    internal static Task<Answer> FetchAsync(this HttpClient client, string path) => client.FetchAsync(new HttpRequestMessage(HttpMethod.Get, path));

    internal static async Task<Answer> FetchAsync(this HttpClient client, HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Makes an inference key through the admin API; <paramref name="fields"/> is JSON, for example <c>"models":["gpt"]</c>.</summary>
    internal static async Task<HttpClient> KeyAsync(this GatewayHost gateway, string fields = "")
    {
        var value = $"{CallerKey}-{Guid.NewGuid():N}";
        var made = await gateway.Client.PostAsync("/admin/keys", $$"""{"name":"{{Guid.NewGuid():N}}","key":"{{value}}"{{(fields.Length > 0 ? "," : "")}}{{fields}}}""");
        Assert.Equal(201, made.Status);
        return gateway.CreateClient(value);
    }

    /// <summary>Fails on a log line that holds a key or a prompt.</summary>
    internal static void AssertKeptSecret(this CapturedLog log)
    {
        string[] secrets = [Prompt, UpstreamKey, CallerKey, GatewayHost.AdminKey];
        Assert.DoesNotContain(log.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }

    /// <summary>One answer, read whole.</summary>
    internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        internal JsonNode Json => JsonNode.Parse(Body)!;

        internal JsonNode Error => Json["error"]!;

        internal string? Header(string name) => Headers.GetValueOrDefault(name);
    }
}
