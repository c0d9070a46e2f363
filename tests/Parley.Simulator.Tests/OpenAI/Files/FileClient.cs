using System.Text;

namespace Parley.Simulator.Tests.OpenAI.Files;

/// <summary>How the tests upload and read files.</summary>
internal static class FileClient
{
    public static Task<Received> UploadAsync(this HttpClient client, string content, string purpose = "batch", string name = "in.jsonl", string path = "/v1/files") =>
        client.UploadAsync(new ByteArrayContent(Encoding.UTF8.GetBytes(content)), purpose, name, path);

    public static Task<Received> UploadAsync(this HttpClient client, HttpContent content, string purpose = "batch", string name = "in.jsonl", string path = "/v1/files") =>
        Received.OfAsync(client, new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new MultipartFormDataContent { { new StringContent(purpose), "purpose" }, { content, "file", name } },
        });

    public static async Task<string> UploadedAsync(this HttpClient client, string content, string purpose = "batch", string path = "/v1/files")
    {
        var received = await client.UploadAsync(content, purpose, path: path);
        Assert.True(received.Status == 200, received.Text);
        return received.Json.GetProperty("id").GetString()!;
    }

    public static Task<Received> ReadAsync(this HttpClient client, string path) => Received.OfAsync(client, new HttpRequestMessage(HttpMethod.Get, path));

    public static Task<Received> RemoveAsync(this HttpClient client, string path) => Received.OfAsync(client, new HttpRequestMessage(HttpMethod.Delete, path));

    public static Task<Received> PostAsync(this HttpClient client, string path, string body) => Received.OfAsync(client, SimulatorClient.Post(path, body));
}
