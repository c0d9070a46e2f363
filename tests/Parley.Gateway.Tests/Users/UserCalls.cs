using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.Users;

/// <summary>The calls of contracts §1 as a client makes them, names percent-encoded byte by byte and sent as they are written.</summary>
internal static class UserCalls
{
    internal const string Root = "/api/users";
    internal const string Validate = "/api/users/validate";

    /// <summary>A browser's <c>btoa</c> of a text.</summary>
    internal static string Base64(string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes(password));

    internal static string Body(string? username = null, string? password = null, bool? isAdmin = null)
    {
        var fields = new Dictionary<string, object?>();
        if (username is not null) fields["username"] = username;
        if (password is not null) fields["password"] = password;
        if (isAdmin is not null) fields["isAdmin"] = isAdmin;
        return JsonSerializer.Serialize(fields);
    }

    /// <summary>The body of an answer that tells a user.</summary>
    internal static string Told(string username, string? password, bool isAdmin) => Canonical(
        $$$"""{"user":{"username":{{{JsonSerializer.Serialize(username)}}}{{{(password is null ? "" : $",\"password\":{JsonSerializer.Serialize(password)}")}}},"isAdmin":{{{(isAdmin ? "true" : "false")}}}}}""");

    internal static string Error(string message) => Canonical(JsonSerializer.Serialize(new Dictionary<string, string> { ["error"] = message }));

    /// <summary>The same JSON with the same order of keys, whatever was escaped.</summary>
    internal static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement);
    }

    internal static string PathOf(string username) => $"{Root}/{string.Concat(Encoding.UTF8.GetBytes(username).Select(static b => $"%{b:X2}"))}";

    /// <summary>Sends the path as it is written, status and body back.</summary>
    internal static async Task<(int Status, string Body)> UsersAsync(this HttpClient client, string method, string path, string? body = null)
    {
        var answer = await client.UsersAnswerAsync(method, path, body);
        return (answer.Status, answer.Body);
    }

    internal static async Task<(int Status, string Body, HttpResponseHeaders Headers)> UsersAnswerAsync(this HttpClient client, string method, string path, string? body = null)
    {
        // .NET's own canonicalization would resolve dot segments and escapes before anything is sent.
        var uri = new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        if (body is not null) request.Content = GatewayCalls.Json(body);
        using var answer = await client.SendAsync(request, GatewayCalls.Limit());
        var text = await answer.Content.ReadAsStringAsync(GatewayCalls.Limit());
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType == "application/json" ? Canonical(text) : text, answer.Headers);
    }

    /// <summary>A client with a new key of that role.</summary>
    internal static async Task<HttpClient> ClientWithRoleAsync(this GatewayHost gateway, string role)
    {
        var (status, text) = await gateway.Client.UsersAsync("POST", "/admin/keys", $$"""{"name":"{{role}}-{{Guid.NewGuid():N}}","role":"{{role}}"}""");
        Assert.Equal(201, status);
        using var document = JsonDocument.Parse(text);
        return gateway.CreateClient(document.RootElement.GetProperty("key").GetString());
    }
}
