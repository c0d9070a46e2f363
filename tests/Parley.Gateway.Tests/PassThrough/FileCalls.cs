using System.Text;
using Parley.Gateway.Tests.Harness;

namespace Parley.Gateway.Tests.PassThrough;

/// <summary>Uploads and other calls in a line each.</summary>
internal static class FileCalls
{
    internal const string Boundary = "----parley-test";

    /// <summary>A form with one file, as SDKs write it.</summary>
    internal static string Form(string content, string purpose = "batch") =>
        $"--{Boundary}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n{purpose}\r\n--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n"
        + $"Content-Type: application/octet-stream\r\n\r\n{content}\r\n--{Boundary}--\r\n";

    /// <summary>The gateway in front of these providers, with a model <c>gpt</c> that any of them may answer.</summary>
    internal static Task<GatewayHost> StartAsync(string providers, string more = "", string? directory = null, TimeProvider? time = null) => GatewayHost.StartAsync(new GatewayHostOptions
    {
        Config = _ => $$"""{ "providers": { {{providers}} }{{(more.Length > 0 ? "," : "")}} {{more}} }""",
        Directory = directory,
        Time = time,
    });

    internal static Task<Wire.Answer> UploadAsync(this HttpClient client, string path = "/v1/files", string content = "{}\n", params (string Name, string Value)[] headers) =>
        client.CallAsync("POST", path, Form(content), $"multipart/form-data; boundary=\"{Boundary}\"", headers);

    /// <summary>Uploads and says the new file's id.</summary>
    internal static async Task<string> UploadedAsync(this HttpClient client, string path = "/v1/files", params (string Name, string Value)[] headers)
    {
        var answer = await client.UploadAsync(path, "{}\n", headers);
        Assert.True(answer.Status == 200, answer.Body);
        return (string)answer.Json["id"]!;
    }

    internal static Task<Wire.Answer> CallAsync(this HttpClient client, string method, string path, string? body = null, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return client.FetchAsync(request);
    }

    internal static Task<Wire.Answer> AskAsync(this HttpClient client, string path, params (string Name, string Value)[] headers) => client.CallAsync("GET", path, null, "", headers);
}
