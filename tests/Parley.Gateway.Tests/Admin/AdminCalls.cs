using Microsoft.Extensions.DependencyInjection;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Admin;

/// <summary>Calls of the admin API in a line each.</summary>
internal static class AdminCalls
{
    /// <summary>A provider's secret that is made over the API; never in an answer, a log line or the database file.</summary>
    internal const string Secret = "sk-made-over-the-api-4711";

    internal static Task<Wire.Answer> PutAsync(this HttpClient client, string path, string json, string? ifMatch = null) => client.SendJsonAsync(HttpMethod.Put, path, json, ifMatch);

    internal static Task<Wire.Answer> DeleteEntryAsync(this HttpClient client, string path, string? ifMatch = null) => client.SendJsonAsync(HttpMethod.Delete, path, null, ifMatch);

    /// <summary>A provider of the simulated upstream.</summary>
    internal static string Provider(this GatewayHost gateway, string? name, string more = "") =>
        $$"""{{{(name is null ? "" : $"\"name\":\"{name}\",")}}"type":"openai-compatible","baseUrl":"{{gateway.Upstream.BaseAddress.AbsoluteUri}}v1","apiKey":"{{Secret}}"{{more}}}""";

    internal static string Model(string? id, string provider, string model = "gpt-4o", string more = "") =>
        $$"""{{{(id is null ? "" : $"\"modelId\":\"{id}\",")}}"targets":[{"provider":"{{provider}}","model":"{{model}}"}]{{more}}}""";

    /// <summary>Makes provider <c>made</c> and model <c>fresh</c>.</summary>
    internal static async Task MakeAsync(this GatewayHost gateway)
    {
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/providers", gateway.Provider("made"))).Status);
        Assert.Equal(201, (await gateway.Client.PostAsync("/admin/models", Model("fresh", "made"))).Status);
    }

    /// <summary>Writes the file and has it read; it must be good. Its warnings.</summary>
    internal static async Task<string[]> ReloadAsync(this GatewayHost gateway, string file)
    {
        await File.WriteAllTextAsync(gateway.ConfigFile, file);
        var answer = await gateway.Client.PostAsync("/admin/reload", "");
        Assert.Equal((200, ""), (answer.Status, answer.Status == 200 ? "" : answer.Body));
        return [.. answer.Json["warnings"]!.AsArray().Select(warning => (string)warning!)];
    }

    internal static T Service<T>(this GatewayHost gateway)
        where T : notnull => gateway.Services.GetRequiredService<T>();

    /// <summary>Status, code and path of a refusal.</summary>
    internal static (int, string?, string?) Refusal(this Wire.Answer answer) => (answer.Status, (string?)answer.Error["code"], (string?)answer.Error["path"]);

    private static async Task<Wire.Answer> SendJsonAsync(this HttpClient client, HttpMethod method, string path, string? json, string? ifMatch)
    {
        using var request = new HttpRequestMessage(method, path) { Content = json is null ? null : Wire.Json(json) };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await client.FetchAsync(request);
    }
}
